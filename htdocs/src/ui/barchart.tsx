// SPDX-License-Identifier: Apache-2.0
// Bars on a canvas (uPlot, fetched when one is first shown), in the page's colours and direction. The numbers have
// to stand beside it as text: `label` only says what the picture is.
import { useEffect, useRef } from "preact/hooks";

interface Props { labels: string[]; values: number[]; format: (n: number) => string; label: string }

const HEIGHT = 180;
const dark = matchMedia("(prefers-color-scheme: dark)");

/** A token of the style sheet as a colour a canvas understands: light-dark() has been decided by then. */
function colour(box: HTMLElement, token: string): string {
  const probe = box.appendChild(document.createElement("i"));
  probe.style.color = `var(${token})`;
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

export function BarChart({ labels, values, format, label }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const at = box.current!;
    let chart: { destroy(): void; setSize(size: { width: number; height: number }): void } | null = null, gone = false;
    const draw = async () => {
      const { default: Plot } = await import("uplot");
      if (gone) return;
      chart?.destroy();
      const style = getComputedStyle(at), rtl = style.direction === "rtl";
      const ink = colour(at, "--ink-2"), line = colour(at, "--line"), fill = colour(at, "--clay-fill");
      const font = `12px ${style.fontFamily}`, grid = { stroke: line, width: 1 }, ticks = { show: false };
      chart = new Plot({
        width: at.clientWidth, height: HEIGHT, legend: { show: false }, cursor: { show: false }, padding: [8, rtl ? 0 : 18, 0, rtl ? 18 : 0],
        scales: { x: { time: false, dir: rtl ? -1 : 1, range: [-0.5, values.length - 0.5] }, y: { range: (_u, _min, max) => [0, Math.max(1, max * 1.05)] } },
        axes: [
          { stroke: ink, font, grid: { show: false }, ticks, size: 28, space: 64, incrs: [1, 2, 3, 5, 7, 10], values: (_u, at) => at.map((i) => labels[i] ?? "") },
          { stroke: ink, font, grid, ticks, side: rtl ? 1 : 3, size: 48, space: 36, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 50000, 100000], values: (_u, at) => at.map(format) },
        ],
        series: [{}, { fill, stroke: fill, width: 0, paths: Plot.paths.bars!({ size: [0.7, 40] }), points: { show: false } }],
      }, [values.map((_, i) => i), values], at);
    };
    void draw();
    const sized = new ResizeObserver(() => chart?.setSize({ width: at.clientWidth, height: HEIGHT }));
    sized.observe(at);
    const themed = new MutationObserver(() => void draw());
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    const redraw = () => void draw();
    dark.addEventListener("change", redraw);
    return () => {
      gone = true;
      sized.disconnect();
      themed.disconnect();
      dark.removeEventListener("change", redraw);
      chart?.destroy();
    };
  }, [labels.join(), values.join()]);
  return <div class="chart" ref={box} role="img" aria-label={label} />;
}
