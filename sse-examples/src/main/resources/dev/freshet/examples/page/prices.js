// The table of prices. A "table" replaces all rows, a "price" changes one. A reset needs no code: a table follows it.

const COMES_BACK_IN = 3000;
const byId = id => document.getElementById(id);
const count = id => { byId(id).textContent = Number(byId(id).textContent) + 1; };

function state(name, text) {
  byId('status').dataset.state = name;
  byId('state').textContent = text;
}

/** Writes a row, which is added if the table has none of its symbol. */
function write({symbol, open, price}) {
  let row = byId(symbol);
  if (!row) {
    row = byId('rows').insertRow();
    row.id = symbol;
    const name = document.createElement('th');
    name.scope = 'row';
    name.textContent = symbol;
    row.append(name);
    row.insertCell();
    row.insertCell();
  }
  const change = (price / open - 1) * 100;
  row.cells[1].textContent = price.toFixed(2);
  row.cells[2].textContent = `${change < 0 ? '▼' : '▲'} ${Math.abs(change).toFixed(2)} %`;
  row.cells[2].className = change < 0 ? 'down' : 'up';
  return row;
}

function follow() {
  const source = new EventSource('/api/prices');
  source.addEventListener('open', () => state('open', 'live'));
  source.addEventListener('table', ({data}) => {
    byId('rows').replaceChildren();
    JSON.parse(data).forEach(write);
    count('tables');
  });
  source.addEventListener('price', ({data}) => {
    const row = write(JSON.parse(data));
    row.classList.remove('changed');
    void row.offsetWidth; // the animation starts again only if the row was laid out without it
    row.classList.add('changed');
    count('changes');
  });
  source.addEventListener('error', () => {
    state('connecting', 'connecting');
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(follow, COMES_BACK_IN); // refused, as by a proxy: the browser does not come back by itself
    }
  });
}

byId('origin').textContent = location.origin;
follow();
