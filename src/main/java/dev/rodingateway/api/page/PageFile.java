package dev.rodingateway.api.page;

import dev.rodingateway.api.response.EntityTags;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * A file of the watch page.
 *
 * @param path where it is served
 * @param mediaType the header {@code Content-Type}
 * @param content its bytes
 * @param tag the opaque part of its entity tag
 */
record PageFile(String path, String mediaType, Buffer content, String tag) {

    /** Reads a file that was packaged with the application. */
    static PageFile read(String path, String name, String mediaType) {
        try (InputStream file = PageFile.class.getResourceAsStream("/watch-page/" + name)) {
            byte[] content = Objects.requireNonNull(file, name).readAllBytes();
            return new PageFile(path, mediaType, Buffer.buffer(content), EntityTags.opaque(content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
