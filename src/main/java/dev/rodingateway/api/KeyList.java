package dev.rodingateway.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import jakarta.inject.Singleton;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.ClientErrorException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code {"keys":["…","…"]}}. */
@Singleton
final class KeyList {

    /** The most keys in one request. */
    static final int LONGEST = 100;

    /** The most bytes that are read as a list: 100 keys of full length fit. */
    static final int LONGEST_BODY = 256 * 1024;

    private final ObjectReader json;

    /** With a factory of its own, which keeps no names: a caller may have put a key where a name belongs. */
    KeyList() {
        JsonFactory names = JsonFactory.builder()
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        this.json =
                new ObjectMapper(names).readerFor(JsonNode.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    /**
     * Returns the keys in the order sent, whether or not they are well-formed.
     *
     * @throws ClientErrorException 413 if the body is larger than {@value #LONGEST_BODY} bytes
     * @throws BadRequestException if the body is anything but an object with 1 to {@value #LONGEST} texts as {@code keys}
     */
    List<String> read(byte[] body) {
        if (body.length > LONGEST_BODY) {
            throw new ClientErrorException(ProblemCode.PAYLOAD_TOO_LARGE.httpStatus());
        }
        JsonNode keys = document(body).path("keys");
        if (!keys.isArray() || keys.isEmpty() || keys.size() > LONGEST) {
            throw new BadRequestException();
        }
        List<String> texts = new ArrayList<>(keys.size());
        for (JsonNode key : keys) {
            if (!key.isTextual()) {
                throw new BadRequestException();
            }
            texts.add(key.textValue());
        }
        return texts;
    }

    private JsonNode document(byte[] body) {
        try {
            JsonNode document = json.readTree(
                    UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
            if (document == null) {
                throw new BadRequestException();
            }
            return document;
        } catch (IOException e) {
            // What it says quotes the body, and with it perhaps a key.
            throw new BadRequestException();
        }
    }
}
