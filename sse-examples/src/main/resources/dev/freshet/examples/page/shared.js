// One EventSource for all tabs of this page. A browser opens six HTTP/1.1 connections to one origin, over all its tabs, and
// an EventSource holds one of them for good. So one leader has the EventSource, keeps the last of what came, and broadcasts
// it. The leader is a SharedWorker; in a browser that has none, the tab that holds a lock, and when it goes the next one;
// without locks, which plain HTTP has on localhost alone, each tab leads itself.

const NAME = 'freshet';
const HELLO = 'hello';
/** How much is kept for a tab that opens later, of each type. */
const KEPT = 120;

/** What is told over the stream, and a cut of it: {number, time, type, data, id}; the numbers count up by one. */
function keep(log, entry) {
  log.push(entry);
  if (log.reduce((count, {type}) => count + (type === entry.type ? 1 : 0), 0) > KEPT) {
    log.splice(log.findIndex(({type}) => type === entry.type), 1);
  }
}

/**
 * Opens the stream and broadcasts it, for as long as this worker or tab lives.
 *
 * @param {string} name of the channel
 * @param {Array<Object>} log what the leader before had kept: the stream goes on after it
 */
export function lead(name = NAME, log = []) {
  const client = [...crypto.getRandomValues(new Uint8Array(12))].map(byte => byte.toString(16).padStart(2, '0')).join('');
  const channel = new BroadcastChannel(name);
  let number = log.at(-1)?.number ?? 0;
  let lastId = log.at(-1)?.id ?? '';
  let open = false;

  const tellAll = () => channel.postMessage({client, log});
  const add = (type, data) => {
    const entry = {number: ++number, time: Date.now(), type, data, id: lastId};
    keep(log, entry);
    channel.postMessage({client, entry});
  };
  const connect = () => {
    const source = new EventSource(`/api/feeds?client=${client}${lastId && `&lastEventId=${encodeURIComponent(lastId)}`}`);
    for (const type of ['stream-open', 'stream-reset', 'message', 'article', 'notification', 'metrics', 'alert']) {
      source.addEventListener(type, event => {
        open = true;
        lastId = event.lastEventId || lastId;
        add(type, event.data);
      });
    }
    source.addEventListener('error', () => {
      if (open) {
        open = false;
        add('cut', '');
      }
      if (source.readyState === EventSource.CLOSED) {
        setTimeout(connect, 3000); // refused: the browser has given up, so the leader comes back in its place
      }
    });
  };
  channel.onmessage = ({data}) => data === HELLO && tellAll();
  tellAll();
  if (number > 0) {
    add('cut', '');
  }
  connect();
}

/**
 * Follows the stream, whoever leads.
 *
 * @param {function(Object, string)} take called with each entry once, in order, and the name of the stream on the server
 */
export function follow(take) {
  const shared = 'SharedWorker' in globalThis || navigator.locks;
  const name = shared ? NAME : `${NAME}-${Math.random()}`;
  const channel = new BroadcastChannel(name);
  const log = [];
  channel.onmessage = ({data}) => {
    const last = log.at(-1)?.number ?? 0;
    if (data.entry && data.entry.number > last + 1) {
      channel.postMessage(HELLO); // this tab came in between
      return;
    }
    for (const entry of data.log ?? (data.entry ? [data.entry] : [])) {
      if (entry.number > last) {
        keep(log, entry);
        take(entry, data.client);
      }
    }
  };
  addEventListener('pageshow', event => event.persisted && location.reload()); // it slept, and nobody kept all for it
  if ('SharedWorker' in globalThis) {
    new SharedWorker('worker.js', {type: 'module', name: NAME});
    channel.postMessage(HELLO);
  } else if (navigator.locks) {
    channel.postMessage(HELLO);
    navigator.locks.request(NAME, () => {
      lead(name, [...log]);
      return new Promise(() => {}); // until this tab goes
    });
  } else {
    lead(name);
  }
}
