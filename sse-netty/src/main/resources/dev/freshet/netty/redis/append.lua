-- Appends entries, each behind the one before it. An entry whose publish key is known is there already.
-- KEYS: the stream; the publish key of each entry, or none.
-- ARGV: the newest id that the caller knows; most entries, oldest milliseconds of an id, or 0; how long publish keys are kept,
-- in milliseconds; for each entry its kind, topic, body, own id behind '=' or '', start or ''.
-- Returns the incarnation and each id with its incarnation; nothing where the history must be checked first.
local FIXED, EACH, SEQUENCES = 4, 5, 2147483648

local key = KEYS[1]
local newest, length, incarnation = state(key)
if not incarnation or before(newest, ARGV[1]) then
  return {}
end
local count = (#ARGV - FIXED) / EACH
local _, sequence = parts(newest)
if sequence + count >= SEQUENCES then
  return redis.error_reply('SEQUENCE ' .. newest .. ' (expected: a sequence below 2^31)')
end

local time = now()
local stamp = whole(time)
local ids = {}
for i = 1, count do
  local publish_key = KEYS[1 + i]
  local id = publish_key and redis.call('GET', publish_key)
  if not id then
    local at = FIXED + (i - 1) * EACH
    local own, start = ARGV[at + 4], ARGV[at + 5]
    local fields = {'k', ARGV[at + 1], 'i', incarnation, 'p', newest, 'w', stamp, 't', ARGV[at + 2], 'b', ARGV[at + 3]}
    if own ~= '' then
      fields[#fields + 1] = 'o'
      fields[#fields + 1] = own:sub(2)
    end
    if start ~= '' then
      fields[#fields + 1] = 's'
      fields[#fields + 1] = start
    end
    newest = redis.call('XADD', key, '*', unpack(fields))
    id = newest .. ' ' .. incarnation
    if publish_key then
      redis.call('SET', publish_key, id, 'PX', ARGV[4])
    end
  end
  ids[i] = id
end
if ARGV[2] ~= '0' then
  redis.call('XTRIM', key, 'MAXLEN', '~', ARGV[2])
end
if ARGV[3] ~= '0' then
  redis.call('XTRIM', key, 'MINID', '~', whole(time - tonumber(ARGV[3])))
end
return ids
