package dev.rodingateway.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads a list of keys, and takes nothing for one that is not: no number for a string, no text after the end. */
@Provider
@Consumes(MediaType.APPLICATION_JSON)
public final class KeysReader implements MessageBodyReader<KeysBody> {

    private static final int DEEPEST = 100;

    // Names are not kept in Jackson's symbol table: whoever calls could fill it.
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    @Override
    public boolean isReadable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return type == KeysBody.class;
    }

    /** @throws BadRequestException when the body is not exactly one JSON object with a list of strings, {@code keys} */
    @Override
    public KeysBody readFrom(
            Class<KeysBody> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream body) {
        return new KeysBody(texts(parse(body).path("keys")));
    }

    private static JsonNode parse(InputStream body) {
        try {
            // The decoder refuses broken UTF-8, in which Jackson would put another character.
            return JSON.readTree(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body.readAllBytes()))
                    .toString());
        } catch (IOException e) {
            // Without its cause, whose message quotes the body.
            throw new BadRequestException();
        }
    }

    private static List<String> texts(JsonNode array) {
        if (!array.isArray()) {
            throw new BadRequestException();
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode element : array) {
            if (!element.isTextual()) {
                throw new BadRequestException();
            }
            texts.add(element.textValue());
        }
        return texts;
    }
}
