-- Appends a batch of entries: once and in the order of the batches of its appender, if there is a record of it.
-- KEYS: the stream; its head; the record of the appender, or none.
-- ARGV:
--   1-4   two recorded positions of the caller, each an id and its token
--   5     the bound of entries of the stream
--   6     the time for which the entries are kept
--   7     the deadline of the batch
--   8     the time for which the record is kept
--   9     the number of the batch
--   10    the bound of batches in flight
--   11    1 if the batch was the oldest one in flight when it was sent, else 0
--   12    the token of the batch
--   13-   for each entry its envelope and its body
-- Times are in milliseconds. A batch without entries is one that is given up: it is not appended later.
-- Returns the outcome and the time; for DONE, also the first id, the incarnation and the token.
local FIXED = 12

local key, head, record = KEYS[1], KEYS[2], KEYS[3]
local number, token = tonumber(ARGV[9]), ARGV[12]
local count = (#ARGV - FIXED) / 2
local time = now()

local slot = whole(number % tonumber(ARGV[10]))
if record then
  local recorded = redis.call('HMGET', record, 'last', slot)
  local last = tonumber(recorded[1] or '')
  if last and last >= number then
    local recorded_number, id, incarnation, recorded_token = (recorded[2] or ''):match('^(%d+) (%S+) (%S+) (%S+)$')
    if recorded_number == ARGV[9] then
      return {'DONE', whole(time), id, incarnation, recorded_token}
    end
    return {'VOID', whole(time)}
  end
  if ARGV[11] == '0' and last ~= number - 1 then
    return {'OUT_OF_ORDER', whole(time)}
  end
end

-- Sets the result of the batch in the record, if there is one.
local function write_record(result)
  if record then
    redis.call('HSET', record, 'last', ARGV[9], slot, result)
    redis.call('PEXPIRE', record, ARGV[8])
  end
end

if count == 0 then
  write_record('')
  return {'VOID', whole(time)}
end
if time > tonumber(ARGV[7]) then
  return {'OVERDUE', whole(time)}
end

-- Permissions are checked first, because a rejection after the first entry would leave a part of the batch.
local commands = {
  {'xadd', key, '*', 'h', ''},
  {'xtrim', key, 'MAXLEN', '0'},
  {'set', head, ''},
}
if record then
  commands[#commands + 1] = {'hset', record, 'last', ''}
  commands[#commands + 1] = {'pexpire', record, '0'}
end
for _, command in ipairs(commands) do
  if not redis.acl_check_cmd(unpack(command)) then
    return redis.error_reply('NOPERM the user cannot run ' .. command[1] .. ' on ' .. command[2])
  end
end

local found = head_state(key, head) or state(key, head)
local newest = found.newest
local refusal = too_new(newest)
if refusal then
  return refusal
end
if not found.incarnation or not has(key, found, ARGV[1], ARGV[2]) or not has(key, found, ARGV[3], ARGV[4]) then
  return {'UNCHECKED', whole(time)}
end
local ms, sequence = following(newest, time, count)
if ms >= MILLIS then
  return redis.error_reply('SEQUENCE ' .. newest .. ' (expected: an id after it, below 2^53 milliseconds)')
end

local at = ms == time and '-' or whole(time)
local shared = found.incarnation .. ' ' .. found.base .. ' ' .. at .. ' ' .. token
local prefix = whole(ms) .. '-'
local first = prefix .. whole(sequence)
local line = shared .. ' ' .. newest .. ' ' .. found.token
local added = redis.pcall('XADD', key, first, 'h', line, 'e', ARGV[FIXED + 1], 'b', ARGV[FIXED + 2])
if type(added) == 'table' then
  -- The stream has assigned ids above its newest entry; the check continues after those.
  return added.err:find('equal or smaller', 1, true) and {'UNCHECKED', whole(time)} or added
end
local id = first
for i = 2, count do
  id = prefix .. whole(sequence + i - 1)
  local at_argument = FIXED + 2 * i - 1
  redis.call('XADD', key, id, 'h', shared, 'e', ARGV[at_argument], 'b', ARGV[at_argument + 1])
end
write_head(head, id, token, found.incarnation, found.base)
write_record(ARGV[9] .. ' ' .. first .. ' ' .. found.incarnation .. ' ' .. token)
redis.pcall('XTRIM', key, 'MAXLEN', '~', ARGV[5])
redis.pcall('XTRIM', key, 'MINID', '~', whole(math.max(0, time - tonumber(ARGV[6]))))
return {'DONE', whole(time), first, found.incarnation, token}
