-- Ends a check, or offers the result of one that was made while the store was unavailable.
-- KEYS: task, lease, refusal, live tasks, log, number and epoch of the log
-- ARGV: hash of the task, id of the attempt, token, kind, time (ms) and duration (ms) of the check, TTL (ms), time without a
--       check after which a task is no longer live (ms), payload or reason, epoch if there is none, id of the replica. Kind is
--       as in an entry, or B (back off), or R (release)
local MAX_AHEAD_MS = 1000
local now = time_us()
local token = tonumber(ARGV[3])
local kind = ARGV[4]
local found = entry(KEYS[1], now)

local function log(fields)
  append(KEYS[5], KEYS[6], ARGV[10], {
    'k', kind, 'h', ARGV[1], 't', ARGV[3], 'r', ARGV[11], unpack(fields)
  })
end

local function is_newest()
  return not found or token > found.token
end

if kind == 'B' then
  local refused = refusal(KEYS[3])
  if is_newest() and (not refused or token > refused.token) then
    redis.call('SET', KEYS[3], '1 ' .. ARGV[3] .. ' ' .. ARGV[9], 'PX', ARGV[7])
    log({ 'l', ARGV[7], 'p', ARGV[9] })
  end
elseif kind == 'R' then
  log({})
elseif is_newest() and not (found and found.kind == 'T' and kind ~= 'T') then
  -- The replica's estimate of this clock may be ahead: while the server executes several commands, its clock does not advance.
  local at = math.min(tonumber(ARGV[5]), math.floor(now / 1000) + MAX_AHEAD_MS)
  if found then
    at = math.max(at, found.at)
  end
  redis.call('SET', KEYS[1], table.concat({ '1', kind, ARGV[3], integer(at), ARGV[6], ARGV[9] }, ' '), 'PX', ARGV[7])
  local refused = refusal(KEYS[3])
  if refused and refused.token <= token then
    redis.call('DEL', KEYS[3])
  end
  if kind == 'L' then
    on('ZADD', KEYS[4], integer(now / 1000), ARGV[1])
  else
    on('ZREM', KEYS[4], ARGV[1])
  end
  local fields = { 'a', integer(at), 'o', ARGV[6], 'l', ARGV[7] }
  if #ARGV[9] <= LARGEST_INLINE then
    fields[#fields + 1] = 'p'
    fields[#fields + 1] = ARGV[9]
  end
  log(fields)
  found = entry(KEYS[1], now)
end

if on('GET', KEYS[2]) == '1 ' .. ARGV[2] .. ' ' .. ARGV[3] then
  redis.call('DEL', KEYS[2])
end
local live = count_live(KEYS[4], now, tonumber(ARGV[8]))
if found then
  return { integer(now), live, 'held', unpack(held(found, KEYS[1])) }
end
local refused = refusal(KEYS[3])
if refused then
  return { integer(now), live, 'refused', integer(refused.token), refused.reason, time_left(KEYS[3]) }
end
return { integer(now), live, 'nothing' }
