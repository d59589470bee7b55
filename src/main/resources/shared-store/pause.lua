-- Stops the granting of permits to all replicas for a while.
-- KEYS: pause, log, number and epoch of the log
-- ARGV: duration (ms), epoch if there is none, id of the replica
if time_left(KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
  append(KEYS[2], KEYS[3], ARGV[2], { 'k', 'Z', 'h', '-', 't', '0', 'r', ARGV[3], 'l', ARGV[1] })
end
return { integer(time_us()), time_left(KEYS[1]) }
