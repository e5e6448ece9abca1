-- The functions that the scripts share.
--
-- An entry has a header h: its incarnation; the id of the marker at which that begins; its time, or '-' for that of its id; the token
-- of its batch; and, in the first entry of a batch, the id and the token of the entry before it. The id and the token identify an
-- entry.

local MILLIS, SEQUENCES = 9007199254740992, 2147483648

local function parts(id)
  return id:match('^(%d+)-(%d+)$')
end

-- Compares the digits, because a number in Lua does not hold all 64 bits.
local function less(a, b)
  return #a < #b or #a == #b and a < b
end

local function before(a, b)
  local a_ms, a_seq = parts(a)
  local b_ms, b_seq = parts(b)
  return less(a_ms, b_ms) or a_ms == b_ms and less(a_seq, b_seq)
end

-- The time in milliseconds since the epoch.
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Formats an integer without an exponent.
local function whole(number)
  return string.format('%.0f', number)
end

-- Returns the header of an entry, or nil if no hub wrote the entry.
local function header(entry)
  local id, fields = entry[1], entry[2]
  if fields[1] ~= 'h' then
    return nil
  end
  local incarnation, base, token, rest = fields[2]:match('^(%d+) (%d+%-%d+) %S+ (%S+)(.*)$')
  if not incarnation then
    return nil
  end
  local previous, previous_token = rest:match('^ (%d+%-%d+) (%S+)$')
  if not previous then
    local ms, seq = parts(id)
    previous, previous_token = ms .. '-' .. whole(tonumber(seq) - 1), token
  end
  return {
    incarnation = incarnation, base = base, token = token, previous = previous, previous_token = previous_token,
  }
end

-- Returns the head: the id and the token of the newest entry, the incarnation and its marker.
local function read_head(head)
  return (redis.call('GET', head) or ''):match('^(%d+%-%d+) (%S+) (%S+) (%S+)$')
end

-- Returns the state of the stream by its head, or nil if the head is not that of the newest entry, which is rare. It ignores ids that
-- were assigned above that entry. It is cheaper than XINFO, which copies the first entry, however large that is.
local function head_state(key, head)
  local id, token, incarnation, base = read_head(head)
  local entries = id and redis.call('XRANGE', key, id, '+', 'COUNT', 2) or {}
  local known = #entries == 1 and entries[1][1] == id and header(entries[1])
  if known and known.token == token then
    return {newest = id, length = 1, token = token, incarnation = incarnation, base = base}
  end
end

-- Returns the state of the stream: the newest id, the number of entries, and that of those ever added; and the token, the incarnation
-- and the marker of the newest id, if they are known. The head has them even if the entry is trimmed.
local function state(key, head)
  local found = {newest = '0-0', length = 0, added = 0}
  if redis.call('EXISTS', key) == 0 then
    return found
  end
  local info = redis.call('XINFO', 'STREAM', key)
  local last
  for i = 1, #info, 2 do
    local name, value = info[i], info[i + 1]
    if name == 'last-generated-id' then
      found.newest = value
    elseif name == 'length' then
      found.length = value
    elseif name == 'entries-added' then
      found.added = value
    elseif name == 'last-entry' and value then
      last = value
    end
  end
  local id, token, incarnation, base = read_head(head)
  if id == found.newest then
    found.token, found.incarnation, found.base = token, incarnation, base
  elseif last and last[1] == found.newest then
    local known = header(last)
    if known then
      found.token, found.incarnation, found.base = known.token, known.incarnation, known.base
    end
  end
  return found
end

-- Returns the milliseconds and the first sequence after the newest id, with room for a number of entries in one millisecond.
local function following(newest, time, count)
  local ms, sequence = parts(newest)
  ms, sequence = tonumber(ms), tonumber(sequence) + 1
  if time > ms then
    return time, 0
  end
  if sequence + count > SEQUENCES then
    return ms + 1, 0
  end
  return ms, sequence
end

-- Returns an error if the milliseconds of an id are not exact in Lua, else nil.
local function too_new(id)
  local ms = parts(id)
  if tonumber(ms) >= MILLIS then
    return redis.error_reply('SEQUENCE ' .. id .. ' (expected: milliseconds below 2^53)')
  end
end

-- Returns whether the stream has a position, had it before it was trimmed, or has a marker above it that reports the loss to every tail.
local function has(key, found, id, token)
  if before(id, found.base) or id == '0-0' then
    return true
  end
  if id == found.newest then
    return token == found.token
  end
  if before(found.newest, id) then
    return false
  end
  local next = redis.call('XRANGE', key, id, '+', 'COUNT', 1)[1]
  if not next then
    return found.length == 0
  end
  local known = header(next)
  if not known then
    return false
  end
  if next[1] == id then
    return token == known.token
  end
  if known.previous == id then
    return token == known.previous_token
  end
  return before(id, known.previous) and next[1] == redis.call('XRANGE', key, '-', '+', 'COUNT', 1)[1][1]
end

local function write_head(head, id, token, incarnation, base)
  redis.call('SET', head, id .. ' ' .. token .. ' ' .. incarnation .. ' ' .. base)
end
