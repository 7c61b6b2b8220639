#!/usr/bin/env node
// Stands for pwsh: says how it was started, and ends as it is told.
'use strict';

const inputs = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('QUANTPS_INPUT_')));
console.log(JSON.stringify({ arguments: process.argv.slice(2), inputs }));
console.error('an error of the script');
if (process.env.FAKE_WAIT) {
    process.on('SIGINT', () => {
        // As pwsh does.
        console.log('stopped');
        process.exit(0);
    });
    setInterval(() => {}, 1000);
} else {
    process.exitCode = Number(process.env.FAKE_CODE ?? 0);
}
