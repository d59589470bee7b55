package dev.rodingateway.rodin.connection;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate authority of the tests' own, made with the JDK's keytool in a directory. */
public final class Certificates {

    /** Of {@link #keyStore()}. */
    public static final String PASSWORD = "changeit";

    private final Path directory;
    private final String name;
    private final Map<List<String>, SSLContext> servers = new HashMap<>();

    /** @param name distinguishes the authorities in one directory */
    public Certificates(Path directory, String name) {
        this.directory = directory;
        this.name = name;
        keytool(authority(), "-genkeypair", "-alias", "ca", "-dname", "CN=" + name, "-ext", "bc:c", "-validity", "30");
    }

    /** Returns a PKCS #12 key store with the authority's own key and certificate. */
    public Path keyStore() {
        return authority();
    }

    /** Returns a PEM file with the authority's certificate. */
    public Path pem() {
        try {
            return Files.writeString(directory.resolve(name + ".pem"), pemText());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String pemText() {
        try {
            byte[] certificate = load(authority()).getCertificate("ca").getEncoded();
            String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate);
            return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Returns what a server needs to identify itself with a certificate of this authority.
     *
     * @param subject as keytool's {@code -ext san}, such as {@code ip:127.0.0.1}
     * @param more further arguments of keytool
     */
    public SSLContext server(String subject, String... more) {
        List<String> key = Stream.concat(Stream.of(subject), Stream.of(more)).toList();
        return servers.computeIfAbsent(key, unknown -> create(servers.size(), subject, more));
    }

    private SSLContext create(int number, String subject, String... more) {
        try {
            Path keys = directory.resolve(name + "-" + number + ".p12");
            Files.copy(authority(), keys);
            List<String> command = new ArrayList<>(List.of("-genkeypair", "-alias", "server", "-signer", "ca"));
            command.addAll(List.of("-dname", "CN=server", "-ext", "san=" + subject));
            command.addAll(List.of(more));
            keytool(keys, command.toArray(String[]::new));
            KeyStore store = load(keys);
            store.deleteEntry("ca");
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path authority() {
        return directory.resolve(name + ".p12");
    }

    private static KeyStore load(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private static void keytool(Path store, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
        command.addAll(List.of("-J-XX:TieredStopAtLevel=1"));
        try {
            File output =
                    File.createTempFile("keytool", ".log", store.getParent().toFile());
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output)
                    .start();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException("keytool: " + Files.readString(output.toPath()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
