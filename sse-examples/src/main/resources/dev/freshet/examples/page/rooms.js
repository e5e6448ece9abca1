// A room. The stream begins with its members; "joined" and "left" change them, "message" is what somebody says. The event "kicked" is
// the last one of this member's own topic.

const MOST = 100;
const byId = id => document.getElementById(id);

/** The names of those who are in the room. */
const members = new Set();
/** The stream, the path of the room that it follows, and the name of this member. */
let source = null;
let path = '';
let own = '';

function state(name, text) {
  byId('status').dataset.state = name;
  byId('state').textContent = text;
}

/** Sends a request, and shows why it is refused. */
async function ask(method, url, body) {
  byId('problem').textContent = '';
  try {
    const response = await fetch(url, {method, body});
    if (!response.ok) {
      throw new Error(await response.text());
    }
    return true;
  } catch (failure) {
    byId('problem').textContent = failure.message;
    return false;
  }
}

function draw() {
  byId('members').replaceChildren(...[...members].sort().map(name => {
    const item = document.createElement('li');
    const kick = document.createElement('button');
    kick.type = 'button';
    kick.className = 'quiet';
    kick.textContent = 'Kick';
    kick.ariaLabel = `Kick ${name}`;
    kick.addEventListener('click', () => ask('DELETE', `${path}/${encodeURIComponent(name)}`));
    item.append(name, kick);
    return item;
  }));
}

function add(kind, who, text) {
  const item = document.createElement('li');
  const name = document.createElement('b');
  name.textContent = who;
  item.className = kind;
  item.append(name, text);
  byId('messages').prepend(item);
  while (byId('messages').children.length > MOST) {
    byId('messages').lastElementChild.remove();
  }
}

function leave(text) {
  source.close();
  members.clear();
  draw();
  byId('inside').hidden = true;
  state('closed', text);
}

function enter(room, name) {
  source?.close();
  own = name;
  path = `/api/rooms/${encodeURIComponent(room)}`;
  source = new EventSource(`${path}?name=${encodeURIComponent(name)}`);
  state('connecting', 'connecting');
  byId('messages').replaceChildren();
  source.addEventListener('open', () => {
    state('open', `${name} in ${room}`);
    byId('inside').hidden = false;
  });
  source.addEventListener('members', ({data}) => {
    members.clear();
    JSON.parse(data).forEach(member => members.add(member));
    draw();
  });
  source.addEventListener('joined', ({data}) => {
    members.add(data);
    draw();
    add('notice', data, ' has joined');
  });
  source.addEventListener('left', ({data}) => {
    members.delete(data);
    draw();
    add('notice', data, ' has left');
  });
  source.addEventListener('message', ({data}) => {
    const {from, text} = JSON.parse(data);
    add(from === name ? 'own' : '', from, `: ${text}`);
  });
  source.addEventListener('kicked', () => leave('kicked'));
  source.addEventListener('error', ({target}) => {
    if (target.readyState === EventSource.CLOSED) {
      leave('the stream was refused');
    } else {
      state('connecting', 'connecting');
    }
  });
}

byId('origin').textContent = location.origin;
byId('enter').addEventListener('submit', event => {
  event.preventDefault();
  enter(byId('room').value, byId('name').value);
});
byId('say').addEventListener('submit', async event => {
  event.preventDefault();
  if (await ask('POST', `${path}?name=${encodeURIComponent(own)}`, byId('message').value)) {
    byId('message').value = '';
  }
});
