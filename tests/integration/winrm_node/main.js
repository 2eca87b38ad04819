// Usage: node main.js HOST PORT COMMAND; user and password in WINRM_USER, WINRM_PASSWORD. Prints one JSON object.
'use strict';

const winrm = require('winrm-client');

const [host, port, command] = process.argv.slice(2);

winrm
  .runCommand(command, host, process.env.WINRM_USER, process.env.WINRM_PASSWORD, Number(port))
  .then((output) => console.log(JSON.stringify({ output })))
  .catch((error) => console.log(JSON.stringify({ error: String(error) })));
