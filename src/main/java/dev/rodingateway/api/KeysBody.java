package dev.rodingateway.api;

import jakarta.ws.rs.BadRequestException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The JSON shape of a request for many tasks.
 *
 * @param keys 1 to {@value #MOST} keys as they were sent, not all of which need be keys
 */
@Schema(name = "Keys")
public record KeysBody(
        @Schema(
                description =
                        "Rodin's subscription_keys, each a secret: 1 to 2048 characters of A-Z a-z 0-9 . _ ~ -. One "
                                + "that is not a key is told so in its place.",
                minItems = 1,
                maxItems = MOST,
                required = true)
        List<String> keys) {

    static final int MOST = 100;

    /** @throws BadRequestException when there are no keys or too many */
    public KeysBody {
        keys = List.copyOf(keys);
        if (keys.isEmpty() || keys.size() > MOST) {
            throw new BadRequestException();
        }
    }

    /** Names no key: they are secrets. */
    @Override
    public String toString() {
        return "KeysBody[" + keys.size() + "]";
    }
}
