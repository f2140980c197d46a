import './theme/main.css';
import { createWorkbench } from './app.ts';
import { connectPort, connectSocket } from './client.ts';
import { currentHost } from './host.ts';

const host = currentHost();
const { protocol, host: place } = window.location;
const connection =
  host.shell === 'window'
    ? connectPort()
    : connectSocket(`${protocol === 'https:' ? 'wss' : 'ws'}://${place}/rpc`);

createWorkbench({ connection, host }).mount('#app');
