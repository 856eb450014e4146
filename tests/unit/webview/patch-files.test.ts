import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { patchFiles } from '../../../webview/run/patch-files.ts';
import { traceParts } from '../../../webview/run/trace-parts.ts';

const patch = `diff --git a/a.sql b/a.sql
index 1..2 100644
--- a/a.sql
+++ b/a.sql
@@ -1,3 +1,2 @@
--- a comment in SQL that goes
---- a/b
+++ added
 same
\\ No newline at end of file
diff --git a/new file.py b/new file.py
new file mode 100644
--- /dev/null
+++ b/new file.py
@@ -0,0 +1 @@
+print(1)
diff --git a/i.png b/i.png
Binary files a/i.png and b/i.png differ
`;

describe('a patch', () => {
  it('is cut into its files, with their added and removed lines', () => {
    deepStrictEqual(
      patchFiles(patch).map(({ name, added, removed, lines }) => [name, added, removed, lines.length]),
      [
        ['a.sql', 1, 2, 6],
        ['new file.py', 1, 0, 2],
        ['i.png', 0, 0, 0],
      ],
    );
  });

  it('may be empty, or none at all', () => {
    deepStrictEqual(patchFiles(''), []);
    deepStrictEqual(patchFiles('nothing\nof the kind\n'), []);
  });
});

describe('a traceback', () => {
  it('is cut where it names a line of a file', () => {
    const text = 'x\n  File "/a b/t.py", line 12, in f\n  File "<stdin>", line 1\n  File "C:\\t.py", line 3\n';
    const parts = traceParts(text);
    strictEqual(parts.map((part) => part.text).join(''), text);
    deepStrictEqual(
      parts.flatMap(({ place }) => place ?? []),
      [
        { file: '/a b/t.py', line: 12 },
        { file: 'C:\\t.py', line: 3 },
      ],
    );
  });
});
