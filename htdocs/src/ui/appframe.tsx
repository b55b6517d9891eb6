// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from "preact/hooks";

interface Props { url: string; title: string; /** raise it to start the app again */ run?: number }

/* How tall each app was last, in this tab: coming back to a page finds it as it was left. */
const KEY = "wall.heights";
const heights: Record<string, number> = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");

/**
 * A generated app in its closed frame. It may say how tall it is ({wall:1, type:"size", height});
 * nothing else it says is heard, and only its own window is listened to.
 */
export function AppFrame({ url, title, run = 0 }: Props) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState<number | null>(heights[url] ?? null);
  useEffect(() => {
    const heard = (e: MessageEvent) => {
      if (e.source !== frame.current?.contentWindow || e.data?.wall !== 1 || e.data.type !== "size") return;
      const wanted = Number(e.data.height);
      if (!Number.isFinite(wanted)) return;
      const height = Math.min(900, Math.max(160, Math.ceil(wanted)));
      heights[url] = height;
      sessionStorage.setItem(KEY, JSON.stringify(heights));
      setHeight(height);
    };
    addEventListener("message", heard);
    return () => removeEventListener("message", heard);
  }, []);
  return <iframe key={run} ref={frame} class="app-frame" title={title} src={url} sandbox="allow-scripts" referrerpolicy="no-referrer" loading="lazy"
    style={height ? { blockSize: `${height}px` } : undefined} />;
}
