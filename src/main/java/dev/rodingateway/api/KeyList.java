package dev.rodingateway.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rodingateway.api.edge.ProblemCode;
import jakarta.inject.Singleton;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.ClientErrorException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses {@code {"keys":["…","…"]}} token by token, so that a body takes no more memory than its keys. */
@Singleton
public final class KeyList {

    /** The maximum number of keys in one request. */
    static final int LONGEST = 100;

    /** The maximum size of a body in bytes: 100 keys of full length fit. */
    public static final int LONGEST_BODY = 256 * 1024;

    private static final String KEYS = "keys";

    private final JsonFactory json;

    /** Uses a factory of its own, which does not cache member names: a caller may send a key as one. */
    KeyList() {
        this.json = JsonFactory.builder()
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .build();
    }

    /**
     * Returns the keys in the order sent, whether or not they are well-formed. Other members are ignored.
     *
     * @throws ClientErrorException 413 if the body is larger than {@value #LONGEST_BODY} bytes
     * @throws BadRequestException unless the body is an object with exactly one member {@code keys} of 1 to
     *     {@value #LONGEST} strings
     */
    List<String> read(byte[] body) {
        if (body.length > LONGEST_BODY) {
            throw new ClientErrorException(ProblemCode.PAYLOAD_TOO_LARGE.httpStatus());
        }
        try (JsonParser parser = json.createParser(text(body))) {
            List<String> keys = document(parser);
            if (keys == null || keys.isEmpty() || parser.nextToken() != null) {
                throw new BadRequestException();
            }
            return keys;
        } catch (IOException e) {
            // Without the cause: its message quotes the body, which may contain a key.
            throw new BadRequestException();
        }
    }

    /** Decodes UTF-8 and fails on malformed bytes; the parser itself would detect other encodings. */
    private static InputStreamReader text(byte[] body) {
        return new InputStreamReader(new ByteArrayInputStream(body), StandardCharsets.UTF_8.newDecoder());
    }

    private static @Nullable List<String> document(JsonParser parser) throws IOException {
        require(parser.nextToken() == JsonToken.START_OBJECT);
        List<String> keys = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = KEYS.equals(parser.currentName());
            JsonToken value = parser.nextToken();
            if (found) {
                require(keys == null && value == JsonToken.START_ARRAY);
                keys = texts(parser);
            } else {
                parser.skipChildren();
            }
        }
        return keys;
    }

    private static List<String> texts(JsonParser parser) throws IOException {
        List<String> texts = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            require(parser.currentToken() == JsonToken.VALUE_STRING && texts.size() < LONGEST);
            texts.add(parser.getText());
        }
        return texts;
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new BadRequestException();
        }
    }
}
