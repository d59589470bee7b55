-- Decides whether a task is to be checked, and by whom.
-- KEYS: task, lease, refusal, sequence, live tasks
-- ARGV: hash of the task, id of the try, token known, highest token seen, TTL of the lease (ms), lately (ms)
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

-- The sequence never falls behind the clock, nor behind what a replica has seen, so it survives the loss of the data.
local last = tonumber(on('GET', KEYS[4]) or '0') or 0
for _, seen in ipairs({ tonumber(ARGV[4]), known }) do
  if seen <= now + DAY_US then
    last = math.max(last, seen)
  end
end
if last > now + DAY_US then
  last = 0
end
local token = math.max(last + 1, now)
redis.call('SET', KEYS[2], '1 ' .. ARGV[2] .. ' ' .. integer(token), 'PX', ARGV[5])
redis.call('SET', KEYS[4], integer(token), 'PX', integer(DAY_US / 1000))
return { integer(now), live, 'go', integer(token) }
