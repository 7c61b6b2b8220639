// The task for Azure Pipelines: starts pwsh with its inputs in the environment, where no value can become code, and ends as pwsh ends.
// @ts-check
'use strict';

const { spawn } = require('node:child_process');
const { constants } = require('node:os');
const path = require('node:path');
const tl = require('azure-pipelines-task-lib/task');
const { inputs } = require('./task.json');

/**
 * The environment of pwsh: that of the agent, and the inputs of the task that are given.
 * @returns {NodeJS.ProcessEnv}
 */
function environment() {
    const given = { ...process.env };
    for (const { name, required } of inputs) {
        given[`QUANTPS_INPUT_${name.toUpperCase()}`] = tl.getInput(name, required) ?? '';
    }
    return given;
}

/**
 * Runs the script; what it writes goes straight to the log, and a signal that ends the task ends it too.
 * @returns {Promise<number>} Its exit code; 128 and the number of the signal where one ended it.
 */
function run() {
    const shell = tl.which('pwsh');
    if (!shell) throw new Error('There is no pwsh on this agent. Install PowerShell 7.6 or newer.');
    const start = path.join(__dirname, 'start.ps1');
    const child = spawn(shell, ['-NoLogo', '-NoProfile', '-NonInteractive', '-File', start], { env: environment(), stdio: ['ignore', 'inherit', 'inherit'] });
    /** @type {NodeJS.Signals | null} */
    let stopped = null;
    for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM'])) {
        process.on(signal, () => {
            stopped = signal;
            child.kill(signal);
        });
    }
    return new Promise((resolve, reject) => {
        child.on('error', reject);
        // A pwsh that is interrupted ends with 0, as if all had been done.
        child.on('close', (code, signal) => {
            const ended = signal ?? stopped;
            resolve(code || (ended ? 128 + constants.signals[ended] : 0));
        });
    });
}

(async () => {
    try {
        const code = await run();
        if (code !== 0) tl.setResult(tl.TaskResult.Failed, `pwsh ended with the exit code ${code}.`);
        process.exitCode = code;
    } catch (error) {
        tl.setResult(tl.TaskResult.Failed, error instanceof Error ? error.message : String(error));
        process.exitCode = 1;
    }
})();
