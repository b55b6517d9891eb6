# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Texts: the English of the C lists is that of locales/en.json, both ways; every key the code names exists, and
# every key there is is used. Keys made at run time belong to the families below. (That every language has every
# key is for htdocs/build/messages.mjs.)

# prefix, or a key's end after a name chosen at run time
families='account_state. app.status. bricks.direction. bricks.kind. bricks.level. bricks.one. bricks.period. bricks.source. daily. error.WALL_ glaze. invite_state. job. mail. notify.channel. notify.frequency. notify.kind. oauth.problem. privacy.contact. privacy.hint. privacy.level. purchase.dispute. purchase.said. purchase.status. role. scope. stage. theme. verify.done. visibility. why. admin.proof. admin.account.'
endings='(missing|forbidden|broken)\.(title|text)'

en() { cat "$root/htdocs/locales/en.json"; }
keys() { en | sed -n -E 's/^  "([^"]+)": .*/\1/p' | sort; }

# "key text" of the messages below a prefix; of plural forms the last, "other"
english()
{
    en | sed -n -E 's/^  "('"$1"'[^"]*)": (\{.*"other": )?"(.*)"( \})?,?$/\1 \3/p' | sort
}

# listed FILE PREFIX: the same from X(SYMBOL, [number or code,] "text")
listed()
{
    tr -d '\\\n' <"$root/$1" | grep -oE 'X\([A-Z0-9_]+, *([0-9]+, *|"[A-Z_]+", *)?"[^"]*"' |
        sed -E 's/^X\(([A-Z0-9_]+), *([0-9]+, *|"[A-Z_]+", *)?"(.*)"$/'"$2"'\1 \3/' | sort
}

# every string literal of the C code and the client
literals()
{
    (cd "$root" && {
        sources | grep -E '^mod_wall/(app|httpd)/' | xargs grep -ohE '"[a-z_]+(\.[A-Za-z0-9_]+)+\.?"'
        find_files \( -name '*.ts' -o -name '*.tsx' \) | grep '^htdocs/src/' |
            xargs grep -ohE "[\"'\`][a-z_]+(\.[A-Za-z0-9_]+)+[\"'\`]"
    }) | tr -d "\"'\`" | sort -u
}

# keys given to wall_text() and its like, and those of tables in the pages
named()
{
    (cd "$root" && {
        sources | xargs cat | tr '\n' ' ' | grep -oE 'wall_text(_n|_with|_or)?\([^;]*' |
            grep -oE '"[a-z_]+(\.[A-Za-z0-9_]+)+"'
        grep -ohE '"(auth|nav|post|app|settings|wall)\.[a-z_.]*[a-z]"' mod_wall/app/pages/*.c
    }) | tr -d '"' | sort -u
}

check()
{
    local known used key prefix
    [ "$(keys | wc -l)" -gt 100 ] || echo "hardly any message found"
    diff <(listed mod_wall/core/errors.h error.WALL_) <(english 'error\.WALL_') | sed -n 's/^[<>]/errors.h and en.json: &/p'
    diff <(listed mod_wall/core/reasons.h why.) <(english 'why\.') | sed -n 's/^[<>]/reasons.h and en.json: &/p'
    diff <({ listed mod_wall/app/apps/apps_jobs.h job.; listed mod_wall/app/apps/failures.c job.; } | sort) \
        <(english 'job\.') | sed -n 's/^[<>]/apps_jobs.h and en.json: &/p'
    known=$(keys)
    used=$(literals)
    while read -r key; do
        grep -qxF "$key" <<<"$known" || echo "$key: named in C, but not in locales/en.json"
    done < <(named)
    for prefix in $families; do
        grep -qF "$prefix" <<<"$known" || echo "tests/guard/messages.sh: no message begins with $prefix"
    done
    while read -r key; do
        grep -qxF "$key" <<<"$used" && continue
        [[ $key =~ ^$endings$ ]] && continue
        for prefix in $families; do
            [[ $key == "$prefix"* ]] && continue 2
        done
        echo "$key: nobody says it"
    done <<<"$known"
    return 0
}

spoil() { sed -i -E 's/("why.REQUIRED": ")[^"]*/\1Something else./' "$root/htdocs/locales/en.json"; }
