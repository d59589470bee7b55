package dev.rodingateway.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.Converter;
import org.jspecify.annotations.Nullable;

/**
 * Reads an absolute http or https URL without user, query or fragment and normalizes it: scheme and host in lower case,
 * no slash at the end. Code that receives the URL may compare its scheme and host as they are.
 */
public final class BaseUrl implements Converter<URI> {

    private static final long serialVersionUID = 1L;
    private static final int LARGEST_PORT = 65_535;
    private static final String ALLOWED =
            "an http or https URL without user, query or fragment, such as https://api.hyper3d.com, is expected";

    /** A host that TLS cannot verify (a dot at the end) or that is meaningful on one machine only (an IPv6 zone). */
    private static final Pattern UNUSABLE_HOST = Pattern.compile(".*\\.|.*%.*");

    /** A path that servers and proxies resolve differently. */
    private static final Pattern AMBIGUOUS_PATH =
            Pattern.compile(".*(//|/(\\.|%2e){1,2}(/|$)|%2f|%5c).*", Pattern.CASE_INSENSITIVE);

    @Override
    public URI convert(String value) {
        String text = value.trim();
        while (text.endsWith("/")) {
            text = text.substring(0, text.length() - 1);
        }
        try {
            URI url = new URI(text);
            if (!isBase(url)) {
                throw new IllegalArgumentException(ALLOWED);
            }
            String port = url.getPort() < 0 ? "" : ":" + url.getPort();
            return new URI(lowerCase(url.getScheme()) + "://" + lowerCase(url.getHost()) + port + url.getRawPath());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(ALLOWED, e);
        }
    }

    private static boolean isBase(URI url) {
        return isWeb(url.getScheme())
                && url.getHost() != null
                && !UNUSABLE_HOST.matcher(url.getHost()).matches()
                && url.getRawUserInfo() == null
                && url.getRawQuery() == null
                && url.getRawFragment() == null
                && url.getPort() != 0
                && url.getPort() <= LARGEST_PORT
                && !AMBIGUOUS_PATH.matcher(url.getRawPath()).matches();
    }

    private static boolean isWeb(@Nullable String scheme) {
        return "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
    }

    private static String lowerCase(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
