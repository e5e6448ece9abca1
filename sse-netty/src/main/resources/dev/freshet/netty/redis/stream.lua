-- What a script knows of the stream.

local function parts(id)
  local ms, seq = id:match('^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(seq)
end

local function before(a, b)
  local a_ms, a_seq = parts(a)
  local b_ms, b_seq = parts(b)
  return a_ms < b_ms or a_ms == b_ms and a_seq < b_seq
end

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function whole(number)
  return string.format('%.0f', number)
end

-- The newest id, the length, and the incarnation of the last entry; nil where there is no stream, or the entry is of others.
local function state(key)
  if redis.call('EXISTS', key) == 0 then
    return '0-0', 0, nil
  end
  local info = redis.call('XINFO', 'STREAM', key)
  local newest, length, incarnation
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then
      newest = info[i + 1]
    elseif info[i] == 'length' then
      length = info[i + 1]
    elseif info[i] == 'last-entry' and info[i + 1] then
      local fields = info[i + 1][2]
      if fields[1] == 'k' and fields[3] == 'i' and fields[5] == 'p' then
        incarnation = fields[4]
      end
    end
  end
  return newest, length, incarnation
end
