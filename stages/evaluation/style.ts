/** The style sheet of the report: light and dark, readable from a phone to a wide screen, no web fonts. */
export const STYLE = `
:root { --page: #f6f7f9; --card: #fff; --ink: #1b2430; --soft: #5b6776; --rule: #e3e7ec; --line: #2563a8; --mark: #c2410c; --right: #e3f0e6; --wrong: #fbe6e1 }
@media (prefers-color-scheme: dark) {
  :root { --page: #12161c; --card: #1b212a; --ink: #e6eaf0; --soft: #9aa6b5; --rule: #2c3541; --line: #6fb1f2; --mark: #fb923c; --right: #1e3a2a; --wrong: #43241f }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 1080px; padding: 32px 20px 48px; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
h1 { margin: 0 0 4px; font-size: 28px; line-height: 1.2 }
h2 { margin: 0 0 8px; font-size: 16px }
header p { margin: 0 0 4px; max-width: 75ch; color: var(--soft) }
.sha { font: 12px/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(140px, 1fr)); gap: 12px; margin: 24px 0 16px }
.tiles dl, figure { margin: 0; border: 1px solid var(--rule); border-radius: 8px; background: var(--card) }
.tiles dl { padding: 10px 14px }
dt { color: var(--soft); font-size: 13px }
dd { margin: 0; font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr)); gap: 16px }
figure { padding: 16px; display: flex; flex-direction: column }
figcaption { margin-top: auto; padding-top: 8px; color: var(--soft); font-size: 13px }
svg { display: block; width: 100%; max-width: 440px; margin: 0 auto }
.grid { stroke: var(--rule); fill: none }
.line { stroke: var(--line); stroke-width: 2; fill: none; stroke-linejoin: round }
.reference { stroke: var(--soft); stroke-dasharray: 4 4; fill: none }
.dot, .bar { fill: var(--line) }
.mark { fill: var(--mark); stroke: var(--card); stroke-width: 1.5 }
.tick, .label { fill: var(--soft); font: 11px system-ui, sans-serif; font-variant-numeric: tabular-nums }
.confusion { width: 100%; margin: auto 0; border-collapse: separate; border-spacing: 6px; text-align: center; font-variant-numeric: tabular-nums }
.confusion th { color: var(--soft); font-size: 13px; font-weight: 500 }
.confusion tbody td { padding: 28px 8px; border-radius: 6px; font-size: 22px; font-weight: 600 }
.confusion small { display: block; color: var(--soft); font-size: 13px; font-weight: 400 }
.right { background: var(--right) }
.wrong { background: var(--wrong) }
@media print { body { background: none; max-width: none } }
`;
