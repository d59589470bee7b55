-- Removes a task.
-- KEYS: task, lease, refusal, live tasks, log, number and epoch of the log
-- ARGV: hash of the task, epoch if there is none, id of the replica
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
on('ZREM', KEYS[4], ARGV[1])
append(KEYS[5], KEYS[6], ARGV[2], { 'k', 'P', 'h', ARGV[1], 't', '0', 'r', ARGV[3] })
return { integer(time_us()) }
