package dev.rodingateway.settings;

import java.net.URI;
import org.eclipse.microprofile.config.spi.Converter;

/** Reads Rodin's base URL; one with the path of the call would be called at a path where there is nothing. */
public final class RodinUrl implements Converter<URI> {

    private static final long serialVersionUID = 1L;
    private static final String CALL = "/api/v2/status";

    @Override
    public URI convert(String value) {
        URI url = new BaseUrl().convert(value);
        if (url.getPath().endsWith(CALL)) {
            throw new IllegalArgumentException(
                    "a base URL without " + CALL + ", such as https://api.hyper3d.com, is expected");
        }
        return url;
    }
}
