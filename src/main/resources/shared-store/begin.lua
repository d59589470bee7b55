-- Decides whether a task is to be checked, and by which replica.
-- KEYS: task, lease, refusal, sequence, live tasks
-- ARGV: hash of the task, id of the attempt, known token, highest token seen, TTL of the lease (ms), time without a check after
--       which a task is no longer live (ms)
local now = time_us()
local known = tonumber(ARGV[3])
local found = entry(KEYS[1], now)
if found and found.kind == 'L' then
  on('ZADD', KEYS[5], integer(now / 1000), ARGV[1])
end
local live = count_live(KEYS[5], now, tonumber(ARGV[6]))

if found and found.token > known then
  return { integer(now), live, 'adopt', unpack(held(found, KEYS[1])) }
end
local refused = refusal(KEYS[3])
if refused then
  return { integer(now), live, 'refused', integer(refused.token), refused.reason, time_left(KEYS[3]) }
end

local holder, held_token = string.match(on('GET', KEYS[2]) or '', '^1 (%S+) (%d+)$')
local left = holder and time_left(KEYS[2]) or 0
if left > 0 and holder == ARGV[2] then
  return { integer(now), live, 'go', held_token }
elseif left > 0 then
  return { integer(now), live, 'wait', left }
end

-- The sequence does not fall behind the clock, either.
local token = math.max(last_token(KEYS[4], now, tonumber(ARGV[4]), known) + 1, now)
redis.call('SET', KEYS[2], '1 ' .. ARGV[2] .. ' ' .. integer(token), 'PX', ARGV[5])
keep_token(KEYS[4], token)
return { integer(now), live, 'go', integer(token) }
