// One EventSource for all tabs of this page. A browser opens six HTTP/1.1 connections to one origin, over all its tabs, and
// an EventSource holds one of them for good. So one leader has the EventSource, keeps the last of what came, and broadcasts
// it. The leader is a SharedWorker; where none starts, the tab that holds a lock, and when it goes the next one. Of any leader
// that falls silent, whether it is frozen, was ended or never began, a tab takes the place.
//
// A leader's name begins with the time at which it began. All follow the latest, and a leader that hears of a later one stops.

const NAME = 'freshet';
/** Asks the leader for all that it keeps. */
const HELLO = 'hello';
/** Asks all tabs for what they keep. */
const ASK = 'ask';
const ANSWERS_WITHIN = 200;
const ALIVE_EVERY = 3000;
/** For so many seconds a tab waits for a sign of the leader, and up to PATIENCE more, so that not all take its place at once. */
const SILENCE = 8;
const PATIENCE = 3;
/** How much is kept for a tab that opens later, of each type. */
const KEPT = 120;
const TIME_DIGITS = 12;

/** Adds an entry, and drops the oldest of its type where there are too many. */
function keep(log, entry) {
  log.push(entry);
  if (log.reduce((count, {type}) => count + (type === entry.type ? 1 : 0), 0) > KEPT) {
    log.splice(log.findIndex(({type}) => type === entry.type), 1);
  }
}

/** A name for a leader that begins now, and in any case after another. */
function nameAfter(other) {
  const time = Math.max(Date.now(), (parseInt(other.slice(0, TIME_DIGITS), 16) || 0) + 1);
  const random = [...crypto.getRandomValues(new Uint8Array(8))].map(byte => byte.toString(16).padStart(2, '0')).join('');
  return time.toString(16).padStart(TIME_DIGITS, '0') + random;
}

/** What the tabs know of the latest leader: {client, log}. */
function ask(channel) {
  return new Promise(resolve => {
    let latest = {client: '', log: []};
    channel.onmessage = ({data}) => {
      const {client, log} = data;
      if (log?.length > 0 && (client > latest.client || client === latest.client && log.at(-1).number > latest.log.at(-1).number)) {
        latest = data;
      }
    };
    channel.postMessage(ASK);
    setTimeout(() => resolve(latest), ANSWERS_WITHIN);
  });
}

/**
 * Opens the stream and broadcasts it; resolves when another leads.
 *
 * An entry is {number, time, type, data, id}: an event, or a cut of the stream; the numbers count up by one.
 *
 * @param {{client: string, log: Array<Object>}} known the leader before and what it had kept: the stream goes on after it
 */
export async function lead(known = {client: '', log: []}) {
  const channel = new BroadcastChannel(NAME);
  const before = known.log.length > 0 ? known : await ask(channel);
  const client = nameAfter(before.client);
  const log = [...before.log];
  let number = log.at(-1)?.number ?? 0;
  let lastId = log.at(-1)?.id ?? '';
  let open = false;
  let leads = true;
  let source;

  const tell = what => channel.postMessage({client, ...what});
  const add = (type, data) => {
    const entry = {number: ++number, time: Date.now(), type, data, id: lastId};
    keep(log, entry);
    tell({entry});
  };
  const connect = () => {
    if (!leads) {
      return;
    }
    source = new EventSource(`/api/feeds?client=${client}${lastId && `&lastEventId=${encodeURIComponent(lastId)}`}`);
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
  tell({log});
  if (number > 0) {
    add('cut', '');
  }
  connect();
  const alive = setInterval(() => tell({}), ALIVE_EVERY);
  return new Promise(resolve => {
    channel.onmessage = ({data}) => {
      if (data === HELLO) {
        tell({log});
      } else if (data.client > client) {
        leads = false;
        clearInterval(alive);
        source.close();
        channel.close();
        resolve();
      }
    };
  });
}

/**
 * Follows the stream, whoever leads.
 *
 * @param {function(Object, string)} take called with each entry once, in order, and the name of the stream on the server
 */
export function follow(take) {
  const channel = new BroadcastChannel(NAME);
  const key = entry => `${entry.number} ${entry.time}`;
  const patience = SILENCE + Math.random() * PATIENCE;
  let client = '';
  let log = [];
  let silent = 0; // in ticks of a timer, which pauses where this tab is frozen

  const add = entry => {
    keep(log, entry);
    take(entry, client);
  };
  /** Goes on after the last entry that both have. */
  const takeAll = (leader, all) => {
    const mine = new Set(log.map(key));
    const last = all.findLastIndex(entry => mine.has(key(entry)));
    const lost = last < 0 ? log.at(-1) : null;
    if (leader !== client || lost) {
      client = leader;
      log = all.slice(0, last + 1);
    }
    if (lost) {
      take({...lost, type: 'cut', data: ''}, client); // the leader knows nothing of what this tab had
    }
    all.slice(last + 1).forEach(add);
  };

  channel.onmessage = ({data}) => {
    if (data === HELLO) {
      return;
    }
    if (data === ASK) {
      if (log.length > 0) {
        channel.postMessage({client, log});
      }
      return;
    }
    if (data.client < client) {
      return; // it was frozen, and has not heard yet that another leads
    }
    silent = 0;
    if (data.log) {
      takeAll(data.client, data.log);
    } else if (data.client !== client || data.entry?.number > (log.at(-1)?.number ?? 0) + 1) {
      channel.postMessage(HELLO); // this tab came in between
    } else if (data.entry?.number === (log.at(-1)?.number ?? 0) + 1) {
      add(data.entry);
    }
  };
  setInterval(() => {
    silent++;
    if (silent > patience) {
      silent = 0;
      lead({client, log});
    }
  }, 1000);
  addEventListener('pageshow', event => event.persisted && location.reload()); // it slept, and nobody kept all for it

  const leadInTurn = () => {
    if (navigator.locks) {
      navigator.locks.request(NAME, () => lead({client, log})).then(leadInTurn);
    } else {
      silent = SILENCE; // plain HTTP has locks on localhost alone
    }
  };
  channel.postMessage(HELLO);
  try {
    new SharedWorker('worker.js', {type: 'module', name: NAME}).onerror = leadInTurn;
  } catch (failure) {
    console.info('no shared worker', failure);
    leadInTurn();
  }
}
