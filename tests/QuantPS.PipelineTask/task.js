// Runs the task as the agent does, through the mock runner of azure-pipelines-task-lib: `node task.js FAKE_PWSH` with the inputs in TASK_INPUTS.
'use strict';

const { createRequire } = require('node:module');
const path = require('node:path');

const folder = path.join(__dirname, '../../src/QuantPS.Pipelines/azure/task');
const { TaskMockRunner } = createRequire(path.join(folder, 'index.js'))('azure-pipelines-task-lib/mock-run');

const shell = process.env.TASK_PWSH ?? '';
const runner = new TaskMockRunner(path.join(folder, 'index.js'));
for (const [name, value] of Object.entries(JSON.parse(process.env.TASK_INPUTS ?? '{}'))) runner.setInput(name, /** @type {string} */ (value));
runner.setAnswers({ which: shell ? { pwsh: shell } : {}, checkPath: { [shell]: true } });
runner.run();
