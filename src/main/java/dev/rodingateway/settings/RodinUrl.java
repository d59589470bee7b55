package dev.rodingateway.settings;

import java.net.URI;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.Converter;

/**
 * Reads Rodin's base URL. One that holds the path of the API, or a part of it, is refused: the path would be there twice,
 * and a server's 404 for it reads as "no such task".
 */
public final class RodinUrl implements Converter<URI> {

    private static final long serialVersionUID = 1L;
    private static final Pattern API_PATH = Pattern.compile(".*/api(/+v2(/.*)?)?", Pattern.CASE_INSENSITIVE);

    /** Hosts whose packets never leave the machine. */
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|.*\\.localhost|127(\\.[0-9]{1,3}){3}|\\[(::|(0+:){7})0*1]");

    @Override
    public URI convert(String value) {
        URI url = new BaseUrl().convert(value);
        if (API_PATH.matcher(url.getPath()).matches()) {
            throw new IllegalArgumentException(
                    "a base URL without /api/v2/status, such as https://api.hyper3d.com, is expected");
        }
        return url;
    }

    /**
     * Returns whether what is sent to this URL crosses a network unencrypted.
     *
     * @param url a URL as {@link #convert} returns it
     */
    public static boolean isClearText(URI url) {
        return url.getScheme().equals("http")
                && !LOOPBACK.matcher(url.getHost()).matches();
    }
}
