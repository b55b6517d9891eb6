# SPDX-License-Identifier: Apache-2.0
# Turns sql/queries/*.sql into sql_statements.h and sql_statements.c. Portable awk (mawk, busybox).
#
#   awk -v srcdir=DIR -v header=OUT.h -v source=OUT.c -v migrations="A.sql B.sql" -f sql.awk FILES
#
# A statement:
#   -- name: posts_get(post_id i64, viewer i64?)
#   SELECT … WHERE post_id = :post_id AND …;
# Types: i64 str f64 bytes, with ? for nullable. A placeholder is :name, as often as needed; or ?,
# each taking the next parameter. The statement ends with the first ; outside quotes.
# i64/0: when the value is 0 another statement is used, in which 0 stands in place of :name. That pays
# where a define says what remains of it then.
#
# A predicate, written once and used as {can_see(:viewer, p.author_id, p.visibility)}:
#   -- define: can_see(viewer, owner, visibility) (owner = viewer OR
#   --     visibility = 'public')
# The parameters stand in the expression as bare words; a word after a dot is a column and stays.
# A line of the same comment that is indented by two or more spaces continues the expression.
# A define whose first parameter is 0 holds instead of the one of its name when the first argument is 0:
#   -- define: can_see(0, owner, visibility) visibility = 'public'

function die(why) {
    printf "%s:%d: %s\n", where_file, where_line, why > "/dev/stderr"
    failed = 1
    exit 1
}

function trim(s) {
    gsub(/^[ \t\r\n]+/, "", s)
    gsub(/[ \t\r\n]+$/, "", s)
    return s
}

# Splits "a, f(b, c), 'x, y'" at the commas of the outermost level into parts[1..n]; returns n.
function split_list(text, parts,    i, c, depth, quote, n, start) {
    if (trim(text) == "")
        return 0
    n = 0; depth = 0; quote = ""; start = 1
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (quote != "") {
            if (c == quote)
                quote = ""
        } else if (c == "'" || c == "\"" || c == "`") {
            quote = c
        } else if (c == "(") {
            depth++
        } else if (c == ")") {
            depth--
        } else if (c == "," && depth == 0) {
            parts[++n] = trim(substr(text, start, i - start))
            start = i + 1
        }
    }
    parts[++n] = trim(substr(text, start))
    return n
}

# The expression of define @name with its parameters replaced.
function apply(name, arglist,    args, n, i, out, body, c, word, quote, prev, k, names) {
    n = split_list(arglist, args)
    if (n > 0 && args[1] == "0" && (name "(0)") in define_body)
        name = name "(0)"
    if (!(name in define_body))
        die("there is no define named " name)
    k = split_list(define_params[name], names)
    if (n != k)
        die(name " takes " k " arguments, not " n)
    body = define_body[name]
    out = ""; quote = ""; prev = ""
    for (i = 1; i <= length(body); i++) {
        c = substr(body, i, 1)
        if (quote != "") {
            if (c == quote)
                quote = ""
        } else if (c == "'" || c == "\"" || c == "`") {
            quote = c
        } else if (c ~ /[A-Za-z_]/ && prev !~ /[A-Za-z0-9_.:]/) {
            word = substr(body, i)
            match(word, /^[A-Za-z0-9_]+/)
            word = substr(word, 1, RLENGTH)
            i += RLENGTH - 1
            prev = "x"
            for (k = 1; k <= n; k++)
                if (names[k] == word) {
                    word = args[k]
                    break
                }
            out = out word
            continue
        }
        out = out c
        prev = c
    }
    return out
}

# Replaces {name(args)} outside quotes until none is left.
function expand(sql, depth,    i, c, quote, out, j, level, inner, name, q2, d) {
    if (depth > 8)
        die("defines use each other in a circle")
    out = ""; quote = ""
    for (i = 1; i <= length(sql); i++) {
        c = substr(sql, i, 1)
        if (quote != "") {
            if (c == quote)
                quote = ""
        } else if (c == "'" || c == "\"" || c == "`") {
            quote = c
        } else if (c == "{") {
            level = 1; q2 = ""
            for (j = i + 1; j <= length(sql) && level > 0; j++) {
                d = substr(sql, j, 1)
                if (q2 != "") {
                    if (d == q2)
                        q2 = ""
                } else if (d == "'" || d == "\"" || d == "`") {
                    q2 = d
                } else if (d == "{") {
                    level++
                } else if (d == "}") {
                    level--
                }
            }
            if (level > 0)
                die("{ without }")
            inner = trim(substr(sql, i + 1, j - i - 2))
            if (!match(inner, /^[a-z_][a-z0-9_]*[ ]*\(/) || inner !~ /\)$/)
                die("{" inner "} is not {name(arguments)}")
            name = trim(substr(inner, 1, RLENGTH - 1))
            out = out expand(apply(name, substr(inner, RLENGTH + 1, \
                                                length(inner) - RLENGTH - 1)), depth + 1)
            i = j - 1
            continue
        }
        out = out c
    }
    return out
}

function add_arg(p) {
    nargs++
    arg_param[nargs] = p
    used[p] = 1
    if (nargs > 255)
        die(stmt_name " has more than 255 placeholders")
    return format_of[base_type(ptype[p])]
}

function base_type(t) {
    sub(/\?$/, "", t)
    sub(/^i64\/0$/, "i64", t)
    return t
}

# SQL → apr_dbd's format: white space collapsed, placeholders typed, percents doubled.
function convert(sql,    i, c, quote, out, word, p, positional, space) {
    out = ""; quote = ""; positional = 0; space = 0
    for (i = 1; i <= length(sql); i++) {
        c = substr(sql, i, 1)
        if (c == "%") {
            if (space && out != "")
                out = out " "
            space = 0
            out = out "%%"
            continue
        }
        if (quote != "") {
            if (c == quote)
                quote = ""
            out = out c
            continue
        }
        if (c ~ /[ \t\r\n]/) {
            space = 1
            continue
        }
        if (space && out != "")
            out = out " "
        space = 0
        if (c == "'" || c == "\"" || c == "`") {
            quote = c
        } else if (c == "?") {
            if (++positional > nparams)
                die(stmt_name " has more ? than parameters")
            out = out add_arg(positional)
            continue
        } else if (c == ":" && substr(sql, i + 1) ~ /^[a-z_]/) {
            word = substr(sql, i + 1)
            match(word, /^[a-z0-9_]+/)
            word = substr(word, 1, RLENGTH)
            for (p = 1; p <= nparams; p++)
                if (pname[p] == word)
                    break
            if (p > nparams)
                die(stmt_name " has no parameter " word)
            out = out add_arg(p)
            i += RLENGTH
            continue
        }
        out = out c
    }
    if (quote != "")
        die(stmt_name ": a quote is not closed")
    return out
}

# The text before the first ; outside quotes, comments removed. Sets `complete`.
function strip(text,    i, c, quote, out) {
    out = ""; quote = ""; complete = 0
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (quote != "") {
            if (c == quote)
                quote = ""
        } else if (c == "'" || c == "\"" || c == "`") {
            quote = c
        } else if (c == "-" && substr(text, i, 3) ~ /^--[ \n]/) {
            while (i <= length(text) && substr(text, i, 1) != "\n")
                i++
            out = out "\n"
            continue
        } else if (c == ";") {
            complete = 1
            rest = trim(substr(text, i + 1))
            break
        }
        out = out c
    }
    return out
}

function c_string(s) {
    gsub(/\\/, "\\\\", s)
    gsub(/"/, "\\\"", s)
    gsub(/\n/, "\\n", s)
    return "\"" s "\""
}

function declare(signature,    list, n, i, parts, k, seen) {
    if (!match(signature, /^[a-z][a-z0-9_]*[ ]*\(/) || signature !~ /\)$/)
        die("after \"-- name:\" comes name(parameter type, …)")
    stmt_name = trim(substr(signature, 1, RLENGTH - 1))
    if (stmt_name in stmt_known)
        die(stmt_name " is defined twice, first in " stmt_known[stmt_name])
    stmt_known[stmt_name] = where_file ":" where_line
    nparams = split_list(substr(signature, RLENGTH + 1, length(signature) - RLENGTH - 1), list)
    zero_param = 0
    for (i = 1; i <= nparams; i++) {
        k = split(list[i], parts, /[ \t]+/)
        if (k != 2 || parts[1] !~ /^[a-z_][a-z0-9_]*$/ || !(base_type(parts[2]) in format_of))
            die(stmt_name ": \"" list[i] "\" is not \"name type\" (i64 str f64 bytes, ? nullable)")
        if (parts[2] == "i64/0" && zero_param)
            die(stmt_name ": only one parameter can be i64/0")
        if (parts[2] == "i64/0")
            zero_param = i
        if (parts[1] in seen)
            die(stmt_name ": " parts[1] " comes twice")
        seen[parts[1]] = 1
        pname[i] = parts[1]
        ptype[i] = parts[2]
    }
}

function c_type(t) {
    return t == "i64?" ? "const apr_int64_t *" : t == "f64?" ? "const double *" : \
        base_type(t) == "i64" ? "apr_int64_t " : base_type(t) == "f64" ? "double " : \
        base_type(t) == "str" ? "const char *" : "wall_bytes_t "
}

function letter(t) {
    return t ~ /\?$/ ? toupper(substr(t, 1, 1)) : substr(t, 1, 1)
}

# @sql with 0 in place of :word
function with_zero(sql, word,    out) {
    out = ""
    sql = sql " "
    while (match(sql, ":" word "[^a-z0-9_]")) {
        out = out substr(sql, 1, RSTART - 1) "0"
        sql = substr(sql, RSTART + RLENGTH - 1)
    }
    return out sql
}

# Adds the statement @name to the table; returns the C expression of the query with its arguments.
function add_statement(name, sql,    i, upper, types, values, sep) {
    nargs = 0
    split("", used)
    sql = convert(expand(sql, 0))
    if (sql == "")
        die(stmt_name " is empty")
    upper = toupper(sql)
    if (upper ~ /(SELECT|,) *([A-Z_]+\.)?\*/)
        die(stmt_name ": name the columns instead of *")
    is_select = upper ~ /^\(*(SELECT|WITH|SHOW|VALUES)[ (]/ || upper ~ / RETURNING /
    types = ""; values = ""; sep = ""
    for (i = 1; i <= nargs; i++) {
        types = types letter(ptype[arg_param[i]])
        values = values sep "wall_arg_" (ptype[arg_param[i]] ~ /^(i64|f64)\?$/ ? "opt_" : "") \
            base_type(ptype[arg_param[i]]) "(" pname[arg_param[i]] ")"
        sep = ",\n                   "
    }
    body_c = body_c sprintf("    [WALL_SQL_%s] = { .name = \"%s\", .is_select = %d, .nargs = %d, " \
        ".types = \"%s\",\n        .sql = %s },\n", name, name, is_select, nargs, types, c_string(sql))
    enum_h = enum_h "    WALL_SQL_" name ",\n"
    count++
    return sprintf("(wall_query_t){\n        .stmt = &wall_statements[WALL_SQL_%s],\n" \
        "        .args = { %s },\n    }", name, nargs ? values : "{ 0 }")
}

function emit(signature, text,    sql, i, params, sep, query, without) {
    declare(signature)
    sql = strip(text)
    if (!complete)
        die(stmt_name " does not end with ;")
    if (rest != "" && strip(rest ";") !~ /^[ \t\n]*$/)
        die(stmt_name ": there is text after its ;")
    if (zero_param)
        without = sprintf("    if (%s == 0)\n        return %s;\n", pname[zero_param], \
            add_statement(stmt_name "_0", with_zero(sql, pname[zero_param])))
    query = add_statement(stmt_name, sql)
    params = ""; sep = ""
    for (i = 1; i <= nparams; i++) {
        if (!(i in used))
            die(stmt_name " does not use its parameter " pname[i])
        params = params sep c_type(ptype[i]) pname[i]
        sep = ", "
    }
    body_h = body_h sprintf("\n/* %s */\nstatic inline wall_query_t sql_%s(%s)\n{\n" \
        "    _Static_assert(%d <= WALL_DB_MAX_ARGS, \"%s has too many placeholders\");\n" \
        "%s    return %s;\n}\n", where_rel, stmt_name, nparams ? params : "void", nargs, stmt_name, \
        without, query)
}

function finish_define() {
    if (in_define == "")
        return
    if (trim(define_body[in_define]) == "")
        die(in_define " has no expression")
    in_define = ""
}

function finish_statement() {
    if (open_signature == "")
        return
    total++
    stored_signature[total] = open_signature
    stored_text[total] = open_text
    stored_file[total] = open_file
    stored_line[total] = open_line
    open_signature = ""
}

BEGIN {
    format_of["i64"] = "%lld"; format_of["str"] = "%s"
    format_of["f64"] = "%lf"; format_of["bytes"] = "%pDb"
    for (i = 1; i < ARGC; i++) {
        rel_of[srcdir "/" ARGV[i]] = ARGV[i]
        ARGV[i] = srcdir "/" ARGV[i]
    }
    if (ARGC == 1) {
        ARGV[1] = "/dev/null"
        ARGC = 2
    }
    count = 0; total = 0; in_define = ""; open_signature = ""; failed = 0
}

{
    where_file = FILENAME
    where_line = FNR
}

FNR == 1 {
    finish_statement()
    finish_define()
}

/^-- define:/ {
    finish_statement()
    finish_define()
    text = trim(substr($0, 11))
    if (!match(text, /^[a-z_][a-z0-9_]*[ ]*\([a-z0-9_, ]*\)/))
        die("after \"-- define:\" comes name(parameters) and an expression")
    signature = substr(text, 1, RLENGTH)
    define_text = substr(text, RLENGTH + 1)
    match(signature, /\(/)
    in_define = trim(substr(signature, 1, RSTART - 1))
    if (signature ~ /\([ ]*0[ ]*[,)]/)
        in_define = in_define "(0)"
    if (in_define in define_body)
        die(in_define " is defined twice")
    define_params[in_define] = substr(signature, RSTART + 1, length(signature) - RSTART - 1)
    define_body[in_define] = trim(define_text)
    next
}

in_define != "" && /^--  / {
    define_body[in_define] = define_body[in_define] " " trim(substr($0, 3))
    next
}

/^-- name:/ {
    finish_statement()
    finish_define()
    open_signature = trim(substr($0, 9))
    open_text = ""
    open_file = FILENAME
    open_line = FNR
    next
}

{
    finish_define()
    if (open_signature != "")
        open_text = open_text $0 "\n"
    else if ($0 !~ /^--/ && $0 !~ /^[ \t\r]*$/)
        die("this line belongs to no statement")
}

END {
    if (failed)
        exit 1
    finish_statement()
    finish_define()
    for (n = 1; n <= total; n++) {
        where_file = stored_file[n]
        where_line = stored_line[n]
        where_rel = rel_of[where_file]
        emit(stored_signature[n], stored_text[n])
    }
    version = 0
    n = split(migrations, list, /[ \t\n]+/)
    for (i = 1; i <= n; i++) {
        base = list[i]
        sub(/^.*\//, "", base)
        if (base ~ /^[0-9]+_/ && base + 0 > version)
            version = base + 0
    }
    note = "/* Generated from sql/queries by mod_wall/tools/sql.awk. */\n"
    printf "/* SPDX-License-Identifier: Apache-2.0 */\n%s#ifndef WALL_IO_SQL_STATEMENTS_H\n" \
        "#define WALL_IO_SQL_STATEMENTS_H\n\n#include \"io/db.h\"\n\n" \
        "enum {\n%s    WALL_SQL__COUNT\n};\n\n" \
        "extern const wall_stmt_t wall_statements[WALL_SQL__COUNT + 1];\n" \
        "extern const int wall_statement_count;\n%s\n#endif\n", note, enum_h, body_h > header
    printf "/* SPDX-License-Identifier: Apache-2.0 */\n%s#include \"io/sql_statements.h\"\n" \
        "#include \"io/migrate.h\"\n\nconst wall_stmt_t wall_statements[WALL_SQL__COUNT + 1] = {\n" \
        "%s    [WALL_SQL__COUNT] = { .name = NULL }\n};\n" \
        "const int wall_statement_count = WALL_SQL__COUNT;\nconst int wall_schema_version = %d;\n", \
        note, body_c, version > source
}
