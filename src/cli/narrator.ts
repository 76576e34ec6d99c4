/**
 * Turns the events of a run into lines, the same in every reporter. Remembers what it needs for
 * that: which stages there are, why each was decided so, and what it holds back.
 */
import type { Decision } from '../core/decide.ts';
import type { RunEvent, StageResult, WatchEvent } from '../core/event.ts';
import { assertNever } from '../lib/assert-never.ts';
import { fitText, padText, plainLine } from '../lib/text-width.ts';
import { labelWidth } from './columns.ts';
import type { CliContext } from './command.ts';
import {
  type FailedResult,
  isStopped,
  renderDecision,
  renderFailedStage,
  renderHolder,
  renderRecovered,
  renderResult,
  renderStart,
} from './render-event.ts';
import { renderFailure } from './render-failure.ts';
import { renderWatch } from './render-watch.ts';
import { lineIn } from './source-line.ts';
import { type Outlook, renderSummary } from './summary.ts';
import { createTheme, type Theme } from './theme.ts';

/** More stages than this: those that are fresh are only counted. */
const MANY = 30;
const KEY_DIGITS = 12;
const MAX_WORDS = 100;
const MIN_WORDS = 20;
/** `  done in 12.3 s, its outs came out the same · `, without the last part most of the time. */
const DONE_WIDTH = 22;

export class Narrator {
  readonly theme: Theme;
  readonly #context: CliContext;
  readonly #decisions = new Map<string, Decision>();
  readonly #stopped = new Set<string>();
  /** About fresh stages, held back: when everything is fresh the summary says it better. */
  #freshLines: string[] = [];
  readonly #isExplaining: boolean;
  #labelWidth = 0;
  #stageCount = 0;
  #undecidedCount = 0;
  #isDry = false;

  constructor(context: CliContext, { explain = false }: { readonly explain?: boolean | undefined } = {}) {
    this.#context = context;
    this.#isExplaining = explain;
    this.theme = createTheme(context.globals.color);
  }

  /** Lines to be shown now. What stages print is the reporter's own affair. */
  tell(event: RunEvent | WatchEvent): readonly string[] {
    switch (event.type) {
      case 'run-started':
        this.#isDry = event.dry;
        this.#decisions.clear(); // a watch has many rounds
        this.#stopped.clear();
        this.#stageCount = event.stages.length;
        this.#labelWidth = labelWidth(event.stages);
        return [];
      case 'recovered':
        return [`${this.label(event.stage)}  ${renderRecovered(event, this.theme)}`];
      case 'stage-waiting':
        return this.#about(event.stage, [this.theme.warn(`waits for ${renderHolder(event.holder)}`)]);
      case 'stage-decided':
        this.#decisions.set(event.stage, event.decision);
        return this.#isDry ? this.#about(event.stage, renderDecision(event.decision, this.theme)) : [];
      case 'stage-undecided':
        this.#undecidedCount += 1;
        return this.#about(event.stage, [this.theme.faint(`depends on ${event.upstream.join(', ')}`)]);
      case 'stage-started':
        return this.#about(event.stage, renderStart(event, this.theme));
      case 'stage-output':
        return [];
      case 'stage-warning':
        return this.#about(event.stage, [this.theme.warn(`warning: ${event.message}`)]);
      case 'stage-finished':
        return this.#finished(event.stage, event.result);
      case 'run-finished':
        return [renderSummary(event.summary, this.#summaryStyle())];
      case 'watch-failure':
        return [
          `${this.theme.bad('error:')} ${renderFailure(event.failure, { theme: this.theme, lineOf: lineIn(this.#context) })}`,
        ];
      case 'watch-waiting':
      case 'watch-changed':
      case 'watch-polling':
        return [renderWatch(event, this.theme)];
      default:
        return assertNever(event);
    }
  }

  failure(stage: string, result: FailedResult): string {
    return renderFailedStage(stage, result, { theme: this.theme, lineOf: lineIn(this.#context) });
  }

  /** The stage's name, padded to a column. */
  label(stage: string): string {
    return this.theme.name(padText(stage, this.#labelWidth));
  }

  #finished(stage: string, result: StageResult): readonly string[] {
    if (result.kind === 'failed' && !isStopped(result)) return this.#withHeldBack([this.failure(stage, result)]);
    if (result.kind === 'failed') this.#stopped.add(stage);
    const words = renderResult(withLastWords(stage, result, this.#room()), this.#decisions.get(stage), this.theme);
    if (result.kind !== 'fresh' && result.kind !== 'frozen') return this.#isDry ? [] : this.#about(stage, [words]);
    if (this.#isExplaining && !this.#isDry) return this.#about(stage, [words, ...this.#explain(stage, result)]);
    const isShown = this.#stageCount <= MANY || this.#context.globals.verbose;
    if (isShown && !this.#isDry) this.#freshLines.push(`${this.label(stage)}  ${words}`);
    return [];
  }

  #explain(stage: string, result: StageResult): readonly string[] {
    const decision = this.#decisions.get(stage);
    if (result.kind !== 'fresh' || decision === undefined) return [];
    const key = decision.key.slice(0, KEY_DIGITS);
    const why = `its inputs (fingerprint ${key}) are those of its lock entry, and its outs are as that says`;
    return [`${this.theme.faint('  because')} ${why}`];
  }

  /** A finished stage's last words never make its line longer than the window. */
  #room(): number {
    const { isTty, columns } = this.#context.terminal;
    return isTty ? Math.max(MIN_WORDS, columns() - this.#labelWidth - DONE_WIDTH) : MAX_WORDS;
  }

  #about(stage: string, [first = '', ...rest]: readonly string[]): readonly string[] {
    return this.#withHeldBack([`${this.label(stage)}  ${first}`, ...rest]);
  }

  #withHeldBack(lines: readonly string[]): readonly string[] {
    const held = this.#freshLines;
    this.#freshLines = [];
    return [...held, ...lines];
  }

  #summaryStyle() {
    return { theme: this.theme, stopped: this.#stopped, outlook: this.#isDry ? this.#outlook() : undefined };
  }

  #outlook(): Outlook {
    const actions = [...this.#decisions.values()].map(({ action }) => action);
    const countOf = (action: Decision['action']) => actions.filter((other) => other === action).length;
    return { run: countOf('run'), restore: countOf('restore'), undecided: this.#undecidedCount };
  }
}

/** A program that begins its lines with its own name says what stands at the beginning of ours. */
function withLastWords(stage: string, result: StageResult, room: number): StageResult {
  if (result.kind !== 'ran' || result.lastLine === null) return result;
  const prefix = `${stage}: `;
  const words = plainLine(result.lastLine).trim();
  return { ...result, lastLine: fitText(words.startsWith(prefix) ? words.slice(prefix.length) : words, room) };
}
