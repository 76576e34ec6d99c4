#!/bin/sh
# Makes the golden repositories of this folder anew with a real DVC and packs each into one text file.
# usage: make.sh DVC3 DVC2   (paths of the two programs)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dvc3=$1
dvc2=$2
export DVC_NO_ANALYTICS=1 SHELL=/bin/sh GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT

new() { # NAME DVC
  name=$1
  mkdir "$work/$name" && cd "$work/$name"
  git init -q .
  "$2" init -q >/dev/null 2>&1 || test -d .dvc # DVC 2 trips over a newer library after it is done
}
pack() { python3 "$here/pack.py" "$work/$name" "$here/$name.json"; }

new stages "$dvc3"
cat > params.yaml <<'END'
# what the stages read
lr: 0.10
tiny: 1e-5
count: 3
on: true
nothing: null
big: 12345678901234567890
model: {depth: 4, rate: 2.0, tags: [a, b c]}
END
printf '{"seed": 7, "half": 0.5}' > extra.json
printf 'name = "toml"\n[deep]\nvalue = 1.5\n' > extra.toml
printf 'one\ntwo\n' > in.txt
mkdir sub
cat > dvc.yaml <<'END'
# yaml-language-server: $schema=https://raw.githubusercontent.com/iterative/dvcyaml-schema/master/schema.json
# a pipeline
vars:
  - where: made
stages:
  # copies
  copy:
    cmd: mkdir -p ${where} && cat in.txt > ${where}/copy.txt # simple
    desc: a copy
    meta: {owner: somebody}
    deps: [in.txt]
    params: [lr, tiny, count]
    outs:
      - ${where}/copy.txt:
          desc: the copy
  lines:
    cmd: |
      # counts lines
      wc -l < made/copy.txt > lines.txt

      echo ${count} >> lines.txt
    deps: [made/copy.txt]
    outs: [lines.txt]
  several:
    cmd:
      - echo '{"acc":' > metrics.json
      - echo '0.5}' >> metrics.json
      - printf 'x,y\n1,2\n' > curve.csv
    deps: [lines.txt]
    params:
      - extra.json: [seed]
      - extra.toml:
    metrics: [metrics.json: {cache: false}]
    plots: [curve.csv: {x: x, y: y, cache: false}]
  below:
    wdir: sub
    cmd: cp ../in.txt out.txt; chmod +x out.txt
    deps: [../in.txt]
    outs: [out.txt]
  kept:
    cmd: date +%s%N >> log.txt
    deps: [in.txt]
    outs: [log.txt: {persist: true}]
  unpushed:
    cmd: cp in.txt unpushed.txt
    deps: [in.txt]
    outs: [unpushed.txt: {push: false}]
  froze:
    cmd: cp in.txt froze.txt
    deps: [in.txt]
    outs: [froze.txt]
  shell:
    cmd: echo ${model} > shell.txt; true
    outs: [shell.txt]
metrics: [metrics.json]
plots: [curve.csv: {x: x, y: y}]
params: [extra.json]
artifacts:
  copy: {path: made/copy.txt, type: dataset, desc: the copy, labels: [a]}
END
"$dvc3" repro -q
"$dvc3" freeze -q froze
printf '[1, 2]' > list.json
pack

new groups "$dvc3"
cat > params.yaml <<'END'
lr: 0.10
rates: [0.10, 2.0, 1e-5]
models:
  linear: {size: 1, name: x y}
  forest: {size: 20, name: z}
END
cat > dvc.yaml <<'END'
stages:
  rate:
    foreach: ${rates}
    do:
      cmd: echo ${item} > rate-${item}.txt
      outs: ["rate-${item}.txt"]
  model:
    foreach: ${models}
    do:
      cmd: echo ${key} ${item.size} ${lr} > ${key}.txt
      params: ["models.${key}"]
      outs:
        - ${key}.txt:
            cache: false
  cross:
    matrix:
      size: [1, 2]
      kind: [a, {name: b}]
      on: [true]
    cmd: echo ${item.size} ${item.on} > cross-${key}.txt
    outs: ["cross-${key}.txt"]
END
"$dvc3" repro -q
pack

new folders "$dvc3"
printf '# ours\n*.tmp\n!keep.tmp\n' >> .dvcignore
mkdir -p data/raw/deep a/b
printf 'one' > data/raw/one.txt; printf 'två' > 'data/raw/deep/åäö.txt'; : > data/raw/empty; printf 'no' > data/raw/x.tmp; printf 'yes' > data/raw/keep.tmp
printf 'skip.me\n' > a/.dvcignore; printf 'x' > a/skip.me; printf 'lr: 1\n' > a/params.yaml
"$dvc3" add -q data/raw
printf 'elsewhere\n' > given.txt
"$dvc3" import-url -q given.txt data/imported.txt
printf '# told by hand\n' | cat - data/imported.txt.dvc > x && mv x data/imported.txt.dvc
cat > a/dvc.yaml <<'END'
stages:
  tree:
    cmd: mkdir -p tree/sub && cp ../data/raw/one.txt tree/sub/1 && echo ${lr} > tree/2
    deps: [../data/raw]
    params: [lr]
    outs: [tree]
END
cat > a/b/dvc.yaml <<'END'
stages:
  join:
    wdir: ../..
    cmd: cat a/tree/sub/1 data/imported.txt > a/b/joined.txt
    deps: [a/tree, data/imported.txt]
    outs: [a/b/joined.txt]
END
"$dvc3" repro -q -P
"$dvc3" config core.autostage true
"$dvc3" config cache.type hardlink,copy
"$dvc3" remote add -q -d store s3://bucket/prefix
"$dvc3" remote modify -q store endpointurl http://127.0.0.1:9
"$dvc3" remote modify -q --local store access_key_id not-a-key
pack

new changed "$dvc3"
printf 'one: 1\nfour: 4\ntwo: true\ngone: 1\n' > params.yaml
printf 'a' > in.txt; printf 'b' > other.txt
cat > dvc.yaml <<'END'
stages:
  same: {cmd: cp in.txt same.txt, deps: [in.txt], params: [one, two], outs: [same.txt]}
  param: {cmd: cp in.txt param.txt, deps: [in.txt], params: [four], outs: [param.txt]}
  dep: {cmd: cp other.txt dep.txt, deps: [other.txt], outs: [dep.txt]}
  command: {cmd: cp in.txt command.txt, deps: [in.txt], outs: [command.txt]}
  fewer: {cmd: cp in.txt fewer.txt, deps: [in.txt, other.txt], outs: [fewer.txt]}
  deleted: {cmd: cp in.txt deleted.txt, deps: [in.txt], outs: [deleted.txt]}
END
"$dvc3" repro -q
sed -i 's/one: 1/one: 1.0/; s/two: true/two: 1/; s/four: 4/four: 5/' params.yaml
printf 'B' > other.txt
sed -i 's/cp in.txt command.txt/cp  in.txt command.txt/; s/deps: \[in.txt, other.txt\]/deps: [in.txt]/' dvc.yaml
rm deleted.txt
printf '  added: {cmd: echo, deps: [in.txt]}\n' >> dvc.yaml
pack

new remote "$dvc3"
mkdir data; printf 'one' > data/one; printf 'two' > data/two; printf 'in' > in.txt
"$dvc3" add -q data in.txt
printf 'stages:\n  cat: {cmd: cat data/one in.txt > out.txt, deps: [data, in.txt], outs: [out.txt]}\n' > dvc.yaml
"$dvc3" repro -q
"$dvc3" remote add -q -d store ../store && "$dvc3" push -q
rm -rf .dvc/cache data in.txt out.txt
mv ../store store && sed -i 's#url = .*#url = ../store#' .dvc/config
pack


new legacy "$dvc2"
printf 'one\r\ntwo\r\n' > crlf.txt; printf 'plain\n' > lf.txt
mkdir folder; printf 'x\r\n' > folder/crlf; printf 'y' > folder/plain
"$dvc2" add -q folder
"$dvc2" run -q --single-stage --file old.dvc -d lf.txt -o old.txt 'cp lf.txt old.txt'
cat > dvc.yaml <<'END'
stages:
  copy: {cmd: cp crlf.txt copy.txt, deps: [crlf.txt, folder], outs: [copy.txt]}
END
"$dvc2" repro -q
pack

# The same as DVC 1 kept it: dvc.lock without a schema, nothing in the workspace but what git would hold.
name=oldest; cp -a "$work/legacy" "$work/oldest"; cd "$work/oldest"
python3 - <<'END'
import re
text = open("dvc.lock").read()
open("dvc.lock", "w").write(re.sub("(?m)^  ", "", text.split("stages:\n")[1]))
END
rm -rf folder old.txt copy.txt
pack
