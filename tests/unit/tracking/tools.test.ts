import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { packageRoot } from '../../../src/base/package-root.ts';
import { installTools } from '../../../src/tracking/tools.ts';
import { type Yard, yard } from '../../support/yard.ts';

describe('the copied tools', () => {
  let here: Yard;
  beforeEach(() => {
    here = yard();
  });
  afterEach(() => here.remove());

  const original = (name: string) => readFileSync(join(packageRoot(), name), 'utf8');
  const copied = (tools: string, name: string) => readFileSync(join(tools, name), 'utf8');

  it('are the supervisor and the Python side, under one name as long as they stay the same', () => {
    const tools = installTools();
    assert.equal(copied(tools, 'supervisor.mjs'), original('dist/supervisor.mjs'));
    assert.equal(copied(tools, 'python/trainyard/__init__.py'), original('python/trainyard/__init__.py'));
    assert.equal(installTools(), tools);
    assert.deepEqual(readdirSync(dirname(tools)), [tools.slice(dirname(tools).length + 1)]);
  });

  it('have an absolute path, also where the user’s folder is named by a relative one', () => {
    const usual = process.env.TRAINYARD_HOME;
    process.env.TRAINYARD_HOME = relative(process.cwd(), usual as string);
    try {
      assert.equal(dirname(dirname(installTools())), usual);
    } finally {
      process.env.TRAINYARD_HOME = usual;
    }
  });

  it('are mended where somebody has changed, deleted or half written them', () => {
    const tools = installTools();
    appendFileSync(join(tools, 'supervisor.mjs'), 'evil()');
    rmSync(join(tools, 'python'), { recursive: true });
    assert.equal(installTools(), tools);
    assert.equal(copied(tools, 'supervisor.mjs'), original('dist/supervisor.mjs'));
    assert.equal(copied(tools, 'python/trainyard/__init__.py'), original('python/trainyard/__init__.py'));
  });

  it('keep what Python has compiled beside them', () => {
    const tools = installTools();
    mkdirSync(join(tools, 'python/_trainyard/__pycache__'), { recursive: true });
    const compiled = join(tools, 'python/_trainyard/__pycache__/x.pyc');
    writeFileSync(compiled, '');
    installTools();
    assert.ok(existsSync(compiled));
  });
});
