/**
 * A dvc.yaml in which pipe fills in what DVC does: pipe inserts a number as it was written (`0.10`), DVC as
 * Python prints it (`0.1`), and paths and names of stages may hang on that. Where the two differ the template
 * gives way to DVC's text, and the list of a group to its values. Everything else stays. Pure.
 */
import { type Document, parseDocument, visit, type YAMLMap } from 'yaml';
import { fillTemplate } from '../template-text.ts';
import { type TemplateMap, type TemplateValue, templateValueAt } from '../template-value.ts';
import { loadGlobalVars, type ReadText } from '../template-vars.ts';
import { readYaml, type YamlSource } from '../yaml-source.ts';
import { commented } from './convert-entries.ts';
import { inPythonSpelling, printedFiles } from './spelling.ts';
import { isMapping } from './stage.ts';
import { keyText, mapOf, pairOf } from './yaml-nodes.ts';

export interface RespellOptions {
  readonly file: string;
  readonly readText: ReadText;
}

export function respell(text: string, options: RespellOptions): string {
  const printed = inPythonSpelling(text);
  const contexts: Contexts = {
    written: contextOf(text, options),
    printed: contextOf(printed, { ...options, readText: printedFiles(options.readText) }),
  };
  const sources: Sources = { written: sourceOf(text), printed: sourceOf(printed) };
  const document: Document = parseDocument(text, { version: '1.2', merge: true });
  const stages = mapOf(document, mapOf(document, document.contents)?.get('stages', true));
  for (const pair of stages?.items ?? []) {
    const group = mapOf(document, pair.value);
    if (group !== undefined) respellGroup({ document, group, path: ['stages', keyText(pair)] }, contexts, sources);
  }
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && node.value.includes('${')) node.value = respellText(node.value, contexts);
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** What templates may name: with numbers as somebody wrote them, and as Python prints them. */
interface Contexts {
  readonly written: TemplateMap;
  readonly printed: TemplateMap;
}

function contextOf(text: string, { file, readText }: RespellOptions): TemplateMap {
  const source = readYaml({ file, text, bigints: false });
  const entries = isMapping(source.data) ? source.data['vars'] : undefined;
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.';
  return loadGlobalVars({ source, readText, problems: [] }, { entries, folder }).context;
}

/** Names that a group gives to its members are in neither context, and stay templates. */
function respellText(text: string, { written, printed }: Contexts): string {
  return text.replaceAll(/(?<!\\)\$\{[^}\n]*\}/g, (template) => {
    const [was, now] = [written, printed].map((context) => lookUp(template, context));
    if (was?.kind === 'map') return respellArguments(template, { written, printed });
    return was?.kind === 'scalar' && now?.kind === 'scalar' && was.written !== now.written ? now.written : template;
  });
}

/** A mapping in a command: `--name None` is none that pipe would write. */
function respellArguments(template: string, { written, printed }: Contexts): string {
  const [was, now] = [written, printed].map((context) => fillTemplate(template, { context, isCommand: true }));
  if (now?.ok !== true || typeof now.value !== 'string') return template;
  return was?.ok === true && was.value === now.value ? template : now.value;
}

function lookUp(template: string, context: TemplateMap): TemplateValue | undefined {
  const filled = fillTemplate(template, { context, isCommand: false });
  return filled.ok && typeof filled.value !== 'string' ? filled.value : undefined;
}

/** The file read twice: as somebody wrote it, and with numbers as Python prints them. */
interface Sources {
  readonly written: YamlSource;
  readonly printed: YamlSource;
}

const sourceOf = (text: string): YamlSource => readYaml({ file: '', text, bigints: false });

interface GroupAt {
  readonly document: Document;
  readonly group: YAMLMap;
  readonly path: readonly string[];
}

function respellGroup({ document, group, path }: GroupAt, contexts: Contexts, sources: Sources): void {
  for (const key of ['foreach', 'matrix']) {
    const pair = pairOf(group, key);
    if (pair === undefined) continue;
    const was = valueAt(sources.written, [...path, key], contexts.written);
    const now = valueAt(sources.printed, [...path, key], contexts.printed);
    if (JSON.stringify(dataOf(was, was)) === JSON.stringify(dataOf(was, now))) continue;
    pair.value = commented(document.createNode(dataOf(was, now)), pair.value);
  }
}

function valueAt(source: YamlSource, path: readonly string[], context: TemplateMap): TemplateValue {
  const data = path.reduce<unknown>((value, key) => (isMapping(value) ? value[key] : undefined), source.data);
  return templateValueAt(source, { data, path, transform: (value) => lookUp(value, context) });
}

/** A number that is printed otherwise than it was written becomes that text. */
function dataOf(was: TemplateValue, now: TemplateValue): unknown {
  if (now.kind === 'list')
    return now.items.map((item, index) => dataOf(was.kind === 'list' ? (was.items[index] ?? item) : item, item));
  if (now.kind === 'map') {
    const before = was.kind === 'map' ? was.members : now.members;
    return Object.fromEntries([...now.members].map(([key, value]) => [key, dataOf(before.get(key) ?? value, value)]));
  }
  // As plain data `2.0` is 2.
  const isPlain =
    was.kind === 'scalar' &&
    was.written === now.written &&
    (typeof was.value !== 'number' || String(was.value) === now.written);
  return isPlain ? was.value : now.written;
}
