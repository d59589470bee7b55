package dev.rodingateway.shared;

import java.util.List;

/** The commands that {@code docs/operations.md} lists for the gateway's user. */
final class AclRule {

    static final List<String> COMMANDS = List.of(
            "+evalsha",
            "+eval",
            "+xread",
            "+time",
            "+get",
            "+set",
            "+del",
            "+pttl",
            "+pexpire",
            "+hset",
            "+hsetnx",
            "+hmget",
            "+hdel",
            "+hincrby",
            "+zadd",
            "+zrem",
            "+zcard",
            "+zremrangebyscore",
            "+rpush",
            "+lpop",
            "+llen",
            "+lindex",
            "+ltrim",
            "+xadd",
            "+xrevrange");

    private AclRule() {}
}
