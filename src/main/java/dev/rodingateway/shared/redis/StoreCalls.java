package dev.rodingateway.shared.redis;

import dev.rodingateway.shared.StoreUnavailable;
import dev.rodingateway.shared.script.Reply;
import dev.rodingateway.shared.script.Script;
import dev.rodingateway.shared.script.StoreKeys;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * Calls to the store by one replica.
 *
 * @param keys the names of the keys
 * @param replica identifies this process in the store
 */
public record StoreCalls(StoreLink link, StoreKeys keys, String replica) {

    /**
     * Executes a script at each subscription; completes on the Vert.x context of the subscription.
     *
     * @param read decodes the reply; throws if it is not as expected
     * @return fails with {@link StoreUnavailable} only
     */
    public <T> Uni<T> call(Script script, List<String> keys, List<String> arguments, Function<Reply, T> read) {
        return Uni.createFrom().emitter(emitter -> {
            Context caller = Vertx.currentContext();
            link.call(script, keys, arguments).onComplete(reply -> {
                if (caller == null) {
                    complete(emitter, reply, read);
                } else {
                    caller.runOnContext(unused -> complete(emitter, reply, read));
                }
            });
        });
    }

    public boolean isAvailable() {
        return link.isAvailable();
    }

    /** Returns an id for the numbering of a log, if the call has to start a new one. */
    public String newEpoch() {
        return UUID.randomUUID().toString().substring(0, 8);
    }

    private <T> void complete(UniEmitter<? super T> emitter, AsyncResult<Reply> reply, Function<Reply, T> read) {
        if (reply.failed()) {
            emitter.fail(reply.cause());
            return;
        }
        T result;
        try {
            result = read.apply(reply.result());
        } catch (RuntimeException unreadable) {
            StoreUnavailable failure = new StoreUnavailable("unexpected reply");
            link.failed(failure);
            emitter.fail(failure);
            return;
        }
        emitter.complete(result);
    }
}
