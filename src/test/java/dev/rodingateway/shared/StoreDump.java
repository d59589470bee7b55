package dev.rodingateway.shared;

import java.util.ArrayList;
import java.util.List;

/** Reads everything that a server holds in a namespace. */
final class StoreDump {

    private StoreDump() {}

    /** Returns each key with its value as text. */
    static List<String> everything(RespClient client, String namespace) {
        List<String> all = new ArrayList<>();
        for (String key : keys(client, namespace)) {
            Object value =
                    switch (String.valueOf(client.send("TYPE", key))) {
                        case "string" -> client.send("GET", key);
                        case "hash" -> client.send("HGETALL", key);
                        case "list" -> client.send("LRANGE", key, "0", "-1");
                        case "zset" -> client.send("ZRANGE", key, "0", "-1");
                        case "stream" -> client.send("XRANGE", key, "-", "+");
                        default -> "unknown type";
                    };
            all.add(key + " = " + value);
        }
        return all;
    }

    /** Returns the keys that would never expire. */
    static List<String> withoutTimeToLive(RespClient client, String namespace) {
        return keys(client, namespace).stream()
                .filter(key -> Long.valueOf(-1).equals(client.send("PTTL", key)))
                .toList();
    }

    static List<String> keys(RespClient client, String namespace) {
        List<String> keys = new ArrayList<>();
        String cursor = "0";
        do {
            List<?> reply = (List<?>) client.send("SCAN", cursor, "COUNT", "1000");
            cursor = String.valueOf(reply.get(0));
            RespClient.strings(reply.get(1)).stream()
                    .filter(key -> key.startsWith("{" + namespace + "}:"))
                    .forEach(keys::add);
        } while (!cursor.equals("0"));
        return keys;
    }
}
