// Streams as an Express application has them: an emitter, and a listener of it for each response.
import {EventEmitter} from 'node:events';
import express from 'express';

const events = new EventEmitter().setMaxListeners(0);
const app = express();
let ids = 0;

app.get('/events', (request, response) => {
    response.set({'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', 'Access-Control-Allow-Origin': '*'});
    response.flushHeaders();
    const send = ({id, data}) => response.write(`id: ${id}\ndata: ${data}\n\n`);
    events.on('event', send);
    request.on('close', () => events.off('event', send));
});
app.post('/publish', express.json(), (request, response) => {
    events.emit('event', {id: ++ids, data: request.body.data});
    response.sendStatus(202);
});
app.get('/count', (request, response) => response.json(events.listenerCount('event')));
app.get('/gone', (request, response) => response.sendStatus(204));

const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();
