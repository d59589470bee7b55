package dev.rodingateway.settings;

import java.net.URI;
import java.net.URISyntaxException;
import org.eclipse.microprofile.config.spi.Converter;

/** Reads an absolute http or https URL without user, query or fragment; a trailing slash is dropped. */
public final class BaseUrl implements Converter<URI> {

    private static final long serialVersionUID = 1L;
    private static final String ALLOWED =
            "an http or https URL without user, query or fragment, such as https://api.hyper3d.com, is expected";

    @Override
    public URI convert(String value) {
        String text = value.trim();
        while (text.endsWith("/")) {
            text = text.substring(0, text.length() - 1);
        }
        try {
            URI url = new URI(text);
            boolean web = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
            boolean plain = url.getRawUserInfo() == null && url.getRawQuery() == null && url.getRawFragment() == null;
            if (web && plain && url.getHost() != null && url.getPort() != 0 && url.getPort() <= 65_535) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(ALLOWED, e);
        }
        throw new IllegalArgumentException(ALLOWED);
    }
}
