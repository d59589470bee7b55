package dev.rodingateway.shared.redis;

import dev.rodingateway.shared.redis.RedisAddress.Host;
import dev.rodingateway.shared.script.Reply;
import dev.rodingateway.shared.script.StoreKeys;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to the server that has the keys. Sentinels and clusters are queried for that server each time, so
 * that after a failover the next connection goes to the new master.
 */
final class RedisConnector {

    private static final int MAX_SLOT_RANGES = 20_000;

    private final Vertx vertx;
    private final RedisSettings settings;
    private final Duration timeout;

    RedisConnector(Vertx vertx, RedisSettings settings, Duration timeout) {
        this.vertx = vertx;
        this.settings = settings;
        this.timeout = timeout;
    }

    /** Opens a connection; the timeout applies to each server that is tried. */
    Future<OpenConnection> open() {
        return vertx.executeBlocking(this::login, false).compose(login -> switch (settings.type()) {
            case STANDALONE ->
                connect(
                        settings.address().hosts().get(0),
                        login,
                        settings.address().database());
            case SENTINEL ->
                anyHost(0, login, this::querySentinel)
                        .compose(master ->
                                connect(master, login, settings.address().database()));
            case CLUSTER -> anyHost(0, login, this::queryCluster).compose(master -> connect(master, login, 0));
        });
    }

    /** Data that is read from files. {@code toString} reveals none of it. */
    private record Login(Optional<String> password, NetClientOptions network) {

        @Override
        public String toString() {
            return "Login[***]";
        }
    }

    private Login login() {
        NetClientOptions network = new NetClientOptions()
                .setConnectTimeout((int) timeout.toMillis())
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true);
        settings.tls().applyTo(network);
        return new Login(settings.credentials().password(), network);
    }

    private Future<OpenConnection> connect(Host host, Login login, int database) {
        RedisOptions options = new RedisOptions()
                .setNetClientOptions(new NetClientOptions(login.network()))
                .setPoolName("shared-store")
                .setMaxPoolSize(1)
                .setMaxPoolWaiting(1)
                .setPoolCleanerInterval(-1)
                .setPoolRecycleTimeout(-1)
                .setTracingPolicy(TracingPolicy.IGNORE)
                .setProtocolNegotiation(true)
                .setPreferredProtocolVersion(ProtocolVersion.RESP2)
                .addConnectionString(url(host, login, database));
        Redis client = Redis.createClient(vertx, options);
        return OpenConnection.within(vertx, client.connect(), timeout)
                .map(connection -> new OpenConnection(vertx, client, connection))
                .onFailure(failure -> client.close());
    }

    private String url(Host host, Login login, int database) {
        String user =
                settings.credentials().username().map(RedisConnector::encode).orElse("");
        String userInfo = login.password()
                .map(password -> user + ":" + encode(password) + "@")
                .orElse("");
        return (settings.address().tls() ? "rediss://" : "redis://")
                + userInfo
                + host
                + (database == 0 ? "" : "/" + database);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Future<Host> anyHost(int index, Login login, BiFunction<OpenConnection, Host, Future<Host>> query) {
        Host host = settings.address().hosts().get(index);
        boolean isLast = index + 1 == settings.address().hosts().size();
        Future<Host> found = connect(host, login, 0)
                .compose(connection -> query.apply(connection, host).onComplete(unused -> connection.close()));
        return isLast ? found : found.recover(failure -> anyHost(index + 1, login, query));
    }

    private Future<Host> querySentinel(OpenConnection sentinel, Host itself) {
        Request command = Request.cmd(Command.SENTINEL)
                .arg("GET-MASTER-ADDR-BY-NAME")
                .arg(settings.master().orElseThrow());
        return sentinel.send(command, timeout).map(reply -> host(Reply.of(reply), itself));
    }

    /** Any server of the cluster returns the slot of a key, and the servers of all slots. */
    private Future<Host> queryCluster(OpenConnection node, Host itself) {
        String anyKey = new StoreKeys(settings.namespace()).sequence();
        return node.send(Request.cmd(Command.CLUSTER).arg("KEYSLOT").arg(anyKey), timeout)
                .compose(slot -> node.send(Request.cmd(Command.CLUSTER).arg("SLOTS"), timeout)
                        .map(ranges -> masterOf(slot, ranges, itself)));
    }

    private static Host masterOf(@Nullable Response slotReply, @Nullable Response rangesReply, Host queried) {
        Reply ranges = Reply.of(rangesReply);
        long slot = Long.parseLong(String.valueOf(slotReply));
        for (int i = 0; i < Math.min(ranges.size(), MAX_SLOT_RANGES); i++) {
            Reply range = ranges.list(i);
            if (range.number(0) <= slot && slot <= range.number(1)) {
                return host(range.list(2), queried);
            }
        }
        throw new IllegalStateException("no server of the cluster has the slot");
    }

    /** A server that does not know its own name returns none: then it is the one that was queried. */
    private static Host host(Reply nameAndPort, Host queried) {
        String name = nameAndPort.text(0);
        boolean isNamed = !name.isEmpty() && !name.equals("?");
        return new Host(isNamed ? name : queried.name(), Math.toIntExact(nameAndPort.number(1)));
    }
}
