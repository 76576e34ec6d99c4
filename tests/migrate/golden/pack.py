"""Packs a folder into one JSON file: path -> text, or {"base64"}, {"link"}, {"exec"}; git's own folder and DVC's scratch are left out."""
import base64, json, os, sys

root, target = sys.argv[1:]
files = {}
for folder, names, leaves in os.walk(root):
    names[:] = sorted(n for n in names if not (folder == root and n == ".git") and not (folder.endswith("/.dvc") and n == "tmp"))
    for name in sorted(leaves):
        path = os.path.join(folder, name)
        key = os.path.relpath(path, root)
        if os.path.islink(path):
            files[key] = {"link": os.readlink(path)}
            continue
        data = open(path, "rb").read()
        try:
            value = data.decode("utf-8")
        except UnicodeDecodeError:
            value = {"base64": base64.b64encode(data).decode()}
        if os.stat(path).st_mode & 0o100:
            value = {"exec": value}
        files[key] = value
with open(target, "w") as out:
    json.dump(dict(sorted(files.items())), out, indent=1, ensure_ascii=True)
    out.write("\n")
