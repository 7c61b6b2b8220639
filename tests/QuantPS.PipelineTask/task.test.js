// The task for Azure Pipelines, run by the library of Microsoft's agents with a shell that says how it was started.
'use strict';

const assert = require('node:assert/strict');
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { createRequire } = require('node:module');
const os = require('node:os');
const path = require('node:path');
const { after, test } = require('node:test');

const folder = path.join(__dirname, '../../src/QuantPS.Pipelines/azure/task');
const { MockTestRunner } = createRequire(path.join(folder, 'index.js'))('azure-pipelines-task-lib/mock-test');
const task = JSON.parse(fs.readFileSync(path.join(folder, 'task.json'), 'utf8'));
const fake = path.join(__dirname, 'fake-pwsh.js');
const hostile = '\'; exit 0 #" $(rm) `x` %PATH% ##vso[task.complete result=Succeeded;]\n::error::x';
// The library writes a key there, else into the current folder.
process.env.AGENT_TEMPDIRECTORY = fs.mkdtempSync(path.join(os.tmpdir(), 'quantps-agent-'));
after(() => fs.rmSync(/** @type {string} */ (process.env.AGENT_TEMPDIRECTORY), { recursive: true }));

// The fake shell is a script that starts by its first line.
const skip = process.platform === 'win32';

/** Runs the task to its end. */
async function run(inputs, environment = {}) {
    const before = { ...process.env };
    Object.assign(process.env, { TASK_INPUTS: JSON.stringify(inputs), TASK_PWSH: fake }, environment);
    try {
        const runner = new MockTestRunner(path.join(__dirname, 'task.js'), path.join(folder, 'task.json'));
        // Otherwise it downloads the Node of the handler.
        runner.nodePath = process.execPath;
        await runner.runAsync();
        return runner;
    } finally {
        for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
        Object.assign(process.env, before);
    }
}

/** What the fake shell said of how it was started. */
const told = (output) => JSON.parse(output.split('\n').find((line) => line.startsWith('{"arguments"')));

test('Inputs reach the shell in its environment, and its arguments are fixed', { skip }, async () => {
    const inputs = { model: `models/${hostile}.pth`, output: 'out/model.pth', minRatio: '3', tag: hostile };
    const runner = await run(inputs);

    assert.ok(runner.succeeded, runner.stdout + runner.stderr);
    const { arguments: given, inputs: seen } = told(runner.stdout);
    assert.deepEqual(given, ['-NoLogo', '-NoProfile', '-NonInteractive', '-File', path.join(folder, 'start.ps1')]);
    assert.deepEqual(Object.keys(seen).sort(), task.inputs.map(({ name }) => `QUANTPS_INPUT_${name.toUpperCase()}`).sort());
    for (const { name } of task.inputs) assert.equal(seen[`QUANTPS_INPUT_${name.toUpperCase()}`], inputs[name]?.trim() ?? '');
});

test('What the shell writes is the log of the task', { skip }, async () => {
    const runner = await run({ model: 'a.pth', output: 'b.pth' });

    assert.match(runner.stdout, /"QUANTPS_INPUT_MODEL":"a.pth"/);
    assert.match(runner.stderr + runner.stdout, /an error of the script/);
});

test('A shell that fails fails the task, with its exit code', { skip }, async () => {
    const runner = await run({ model: 'a.pth', output: 'b.pth' }, { FAKE_CODE: '7' });

    assert.equal(runner.failed, true);
    assert.deepEqual(runner.errorIssues, ['pwsh ended with the exit code 7.']);
    const child = spawnSync(process.execPath, [path.join(__dirname, 'task.js')], {
        env: { ...process.env, TASK_INPUTS: '{"model":"a","output":"b"}', TASK_PWSH: fake, FAKE_CODE: '7' }, encoding: 'utf8',
    });
    assert.equal(child.status, 7);
});

test('An input that is missing and a machine without pwsh are errors of the task', { skip }, async () => {
    const missing = await run({ model: 'a.pth' });
    assert.equal(missing.failed, true);
    assert.match(missing.errorIssues.join(), /output/);

    const without = await run({ model: 'a.pth', output: 'b.pth' }, { TASK_PWSH: '' });
    assert.equal(without.failed, true);
    assert.deepEqual(without.errorIssues, ['There is no pwsh on this agent. Install PowerShell 7.6 or newer.']);
});

test('A task that is cancelled stops the shell', { skip }, async () => {
    const child = spawn(process.execPath, [path.join(__dirname, 'task.js')], {
        env: { ...process.env, TASK_INPUTS: '{"model":"a","output":"b"}', TASK_PWSH: fake, FAKE_WAIT: '1' }, stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    const code = await new Promise((resolve) => {
        child.stdout.on('data', (chunk) => {
            if (!output.includes('"arguments"') && (output + chunk).includes('"arguments"')) setTimeout(() => child.kill('SIGINT'), 200);
            output += chunk;
        });
        child.on('close', resolve);
    });

    assert.match(output, /stopped/);
    assert.match(output, /##vso\[task\.complete result=Failed;\]pwsh ended with the exit code 130\./);
    assert.equal(code, 130);
});

test('The manifests agree with each other and with the files', () => {
    const extension = JSON.parse(fs.readFileSync(path.join(folder, '../vss-extension.json'), 'utf8'));
    const contribution = extension.contributions[0].properties.name;
    assert.equal(path.join(folder, '..', contribution), folder);
    assert.deepEqual(extension.files.map((file) => file.path), [contribution]);
    const { Major, Minor, Patch } = task.version;
    const npm = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
    assert.deepEqual([extension.version, npm.version], Array(2).fill(`${Major}.${Minor}.${Patch}`));
    for (const { target } of Object.values(task.execution)) assert.ok(fs.existsSync(path.join(folder, target)));
    assert.match(task.id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    for (const { groupName } of task.inputs) assert.ok(!groupName || task.groups.some(({ name }) => name === groupName));
});

test('The real shell is told of a model and tells the agent', async (context) => {
    const root = path.join(__dirname, '../..');
    const found = process.platform !== 'win32' && spawnSync('sh', ['-c', 'command -v pwsh'], { encoding: 'utf8' }).stdout.trim();
    if (!found) return context.skip('There is no pwsh on this machine.');
    if (!fs.existsSync(path.join(root, 'bin/QuantPS/QuantPS.dll'))) return context.skip('The module is not built.');
    const out = fs.mkdtempSync(path.join(os.tmpdir(), 'quantps-'));
    try {
        const inputs = { model: 'sample_net', method: 'dynamic', output: path.join(out, 'model.pth'), minRatio: '9', duration: '0.2', module: path.join(root, 'QuantPS.psd1'), tag: hostile };
        const runner = await run(inputs, { TASK_PWSH: found, TF_BUILD: 'True' });
        assert.equal(runner.failed, true);
        assert.match(runner.stdout, /^##vso\[task\.logissue type=error;code=RatioTooLow\]sample_net \(DynamicInt8\) is 1\.62\d* times as small/m);
        assert.match(runner.stdout, /^##vso\[build\.addbuildtag\]'; exit 0 #" .*%AZP25PATH%AZP25 # #vso\[task\.complete result=Succeeded;\]\\u000A- -error- -x$/m);
        assert.ok(!fs.existsSync(inputs.output));
        assert.ok(fs.existsSync(path.join(out, 'gates.xml')));

        const passed = await run({ ...inputs, minRatio: '1.5' }, { TASK_PWSH: found, TF_BUILD: 'True' });
        assert.ok(passed.succeeded, passed.stdout + passed.stderr);
        assert.ok(fs.existsSync(inputs.output));
    } finally {
        fs.rmSync(out, { recursive: true });
    }
});
