-- Heartbeat of a replica: returns the numbers of replicas and live tasks, and the end of the log.
-- KEYS: replicas, live tasks, number and epoch of the log, log, budget, permits due of FIRST, permits due of REFRESH, window, pause,
--       sequence
-- ARGV: id of the replica, TTL of a replica (ms; 0 to leave), time without a check after which a task is no longer live
--       (ms), epoch if there is none, N, last known number of granted permits, permits granted locally to FIRST and to REFRESH,
--       highest token seen
local now = time_us()
local ttl = tonumber(ARGV[2])
if ttl > 0 then
  on('ZADD', KEYS[1], integer(now / 1000 + ttl), ARGV[1])
else
  on('ZREM', KEYS[1], ARGV[1])
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', integer(now / 1000))
redis.call('ZREMRANGEBYSCORE', KEYS[1], integer(now / 1000 + 10 * math.max(ttl, 1000)), '+inf')
redis.call('PEXPIRE', KEYS[1], 60000)

if on('HSETNX', KEYS[3], 'epoch', ARGV[4]) == 1 then
  redis.call('HDEL', KEYS[3], 'number')
end
redis.call('PEXPIRE', KEYS[3], 24 * LOG_TTL_MS)
local meta = redis.call('HMGET', KEYS[3], 'epoch', 'number')
local last = on('XREVRANGE', KEYS[4], '+', '-', 'COUNT', 1)
local last_id = last[1] and last[1][1] or '0-0'

local token = last_token(KEYS[10], now, tonumber(ARGV[9]))
if token > 0 then
  keep_token(KEYS[10], token)
end

local keys = { budget = KEYS[5], FIRST = KEYS[6], REFRESH = KEYS[7], window = KEYS[8] }
local budget = read_budget(keys, now, tonumber(ARGV[5]))
charge_forgotten(budget, tonumber(ARGV[6]))
charge(budget.FIRST, tonumber(ARGV[7]))
charge(budget.REFRESH, tonumber(ARGV[8]))
write_budget(budget)

return {
  integer(now), redis.call('ZCARD', KEYS[1]), count_live(KEYS[2], now, tonumber(ARGV[3])), meta[1], meta[2] or '0', last_id,
  math.max(0, time_left(KEYS[9])), unpack(levels(budget))
}
