/** The style sheet of all pages: light and dark, readable from a phone to a wide screen, no web fonts. */
export const STYLE = `
:root { --page: #f6f7f9; --card: #fff; --ink: #1b2430; --soft: #5b6776; --rule: #e3e7ec; --line: #2563a8; --other: #b4690e; --mark: #c2410c; --right: #e3f0e6; --wrong: #fbe6e1; --good: #1a7f4b; --bad: #b3261e }
@media (prefers-color-scheme: dark) {
  :root { --page: #12161c; --card: #1b212a; --ink: #e6eaf0; --soft: #9aa6b5; --rule: #2c3541; --line: #6fb1f2; --other: #f0b357; --mark: #fb923c; --right: #1e3a2a; --wrong: #43241f; --good: #5fd39a; --bad: #ff8a80 }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 1180px; padding: 32px 20px 48px; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
h1 { margin: 0 0 4px; font-size: 28px; line-height: 1.2; overflow-wrap: anywhere }
h2 { margin: 40px 0 0; font-size: 20px }
h3 { margin: 0 0 8px; font-size: 16px }
header p { margin: 0 0 6px; max-width: 78ch; color: var(--soft) }
.lead { margin: 0 0 14px; color: var(--soft); max-width: 78ch }
.end { margin: 40px 0 0; color: var(--soft); font-size: 14px; overflow-wrap: anywhere }
.sha { font: 12px/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
header .origin, header .verdict { margin: 12px 0; padding: 8px 14px; border-left: 4px solid var(--mark); background: var(--card); color: var(--ink) }
header .verdict { border-color: var(--soft); font-size: 18px }
header .verdict.promote, header .verdict.bootstrap { border-color: var(--good) }
header .verdict.reject, header .verdict.error { border-color: var(--bad) }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 12px; margin: 24px 0 16px }
.tiles dl, figure { margin: 0; border: 1px solid var(--rule); border-radius: 8px; background: var(--card) }
.tiles dl { padding: 10px 14px }
dt { color: var(--soft); font-size: 13px }
dd { margin: 0; font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums }
dd.note { font-size: 12px; font-weight: 400; line-height: 1.35; color: var(--soft) }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 360px), 1fr)); gap: 16px }
figure { padding: 16px; display: flex; flex-direction: column; min-width: 0 }
figcaption { margin-top: auto; padding-top: 10px; color: var(--soft); font-size: 13px }
svg { display: block; width: 100%; max-width: 440px; margin: 0 auto }
.grid { stroke: var(--rule); fill: none }
.line { stroke: var(--line); stroke-width: 2; fill: none; stroke-linejoin: round }
.line.champion { stroke: var(--other); stroke-dasharray: 6 3 }
.reference { stroke: var(--soft); stroke-dasharray: 4 4; fill: none }
.needed { stroke: var(--good); stroke-width: 2; fill: none }
.whisker { stroke: var(--line); stroke-width: 6; stroke-linecap: round; opacity: .35; fill: none }
.dot, .bar { fill: var(--line) }
.dot.champion, .bar.champion { fill: var(--other) }
.mark { fill: var(--mark); stroke: var(--card); stroke-width: 1.5 }
.mark.champion { fill: var(--other) }
.tick, .label { fill: var(--soft); font: 11px system-ui, sans-serif; font-variant-numeric: tabular-nums }
.value { fill: var(--ink); font: 600 12px system-ui, sans-serif }
.legend { font-size: 14px }
.swatch { display: inline-block; width: 12px; height: 12px; margin: 0 6px 0 12px; vertical-align: -1px; border-radius: 2px }
.swatch.candidate { background: var(--line); margin-left: 0 }
.swatch.champion { background: var(--other) }
.confusion { width: 100%; margin: auto 0; border-collapse: separate; border-spacing: 6px; text-align: center; font-variant-numeric: tabular-nums }
.confusion th { color: var(--soft); font-size: 13px; font-weight: 500; overflow-wrap: anywhere }
.confusion tbody td { padding: 24px 6px; border-radius: 6px; font-size: 20px; font-weight: 600 }
.confusion small { display: block; color: var(--soft); font-size: 13px; font-weight: 400 }
.right { background: var(--right) }
.wrong { background: var(--wrong) }
.wide { grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); align-items: start }
.scroll { overflow-x: auto }
.counts { width: 100%; border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums }
.counts th, .counts td { padding: 5px 4px; border-bottom: 1px solid var(--rule); text-align: right; white-space: nowrap }
.counts thead th { color: var(--soft); font-weight: 500 }
.counts th:first-child { text-align: left; font-weight: 500; white-space: normal }
.counts small { display: block; color: var(--soft); font-size: 12px; font-weight: 400 }
@media (max-width: 480px) { body { padding: 20px 12px 32px } figure { padding: 12px } .less { display: none } }
@media print { body { background: none; max-width: none } figure, .tiles dl { break-inside: avoid } }
`;
