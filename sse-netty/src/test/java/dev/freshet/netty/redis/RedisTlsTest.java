package dev.freshet.netty.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.event.EventId;
import dev.freshet.harness.RedisProcess;
import dev.freshet.harness.RestartPort;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Redis that is reached over TLS, by a user who may do what the guide lists. */
class RedisTlsTest extends RedisFixture {
    private static final String TRUST_STORE = "javax.net.ssl.trustStore";
    private static final String USER = "hub on >pw ~events ~{events}:* +hello +auth +info +evalsha +eval +time +exists"
            + " +xinfo|stream +xadd +xtrim +xread +xrange +get +set +hmget +hset +pexpire";

    @SuppressWarnings("NullAway.Init")
    private X509Bundle certificate;

    private int port;

    private final @Nullable String before = System.getProperty(TRUST_STORE);

    @Override
    @BeforeEach
    void startRedis() throws Exception {
        certificate = new CertificateBuilder()
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .addSanDnsName("localhost")
                .addSanIpAddress("127.0.0.1")
                .buildSelfSigned();
        Path pem = Files.writeString(folder.resolve("certificate.pem"), certificate.getCertificatePEM());
        Path key = Files.writeString(folder.resolve("key.pem"), certificate.getPrivateKeyPEM());
        port = RestartPort.next();
        redis = keep(RedisProcess.start(
                folder,
                "--tls-port",
                Integer.toString(port),
                "--tls-cert-file",
                pem.toString(),
                "--tls-key-file",
                key.toString(),
                "--tls-ca-cert-file",
                pem.toString(),
                "--tls-auth-clients",
                "no"));
        redis.call(("ACL SETUSER " + USER).split(" ", -1));
    }

    @AfterEach
    void trustAsBefore() {
        if (before == null) {
            System.clearProperty(TRUST_STORE);
        } else {
            System.setProperty(TRUST_STORE, before);
        }
    }

    /** Has the JDK trust the certificate of this Redis, and no other. */
    private void trust() throws Exception {
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, null);
        store.setCertificateEntry("redis", certificate.getCertificate());
        Path file = folder.resolve("trusted.jks");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, "changeit".toCharArray());
        }
        System.setProperty(TRUST_STORE, file.toString());
    }

    private RedisEventStore over(String options) {
        return keep(RedisEventStore.builder("rediss://hub:pw@127.0.0.1:" + port + options, KEY)
                .build());
    }

    @Test
    void aStoreAppendsAndReadsOverTls() throws Exception {
        trust();
        RedisEventStore store = over("");

        Told told = tail(store);
        EventId id = append(store, "one");

        assertThat(told.next("entry")).isEqualTo(id);
        assertThat(redis.call("CLIENT", "LIST")).contains("user=hub");
    }

    @Test
    void aCertificateThatIsNotTrustedIsSaid() {
        assertThatThrownBy(() -> get(over("").tail(new Told())))
                .hasCauseInstanceOf(RedisStoreException.class)
                .hasMessageContaining("127.0.0.1:" + port)
                .hasMessageContaining("unable to find valid certification path");
    }

    @Test
    void theUriCanTrustAnyCertificate() throws Exception {
        RedisEventStore store = over("?verifyPeer=NONE");
        Told told = tail(store);

        append(store, "one");

        assertThat(told.nextData(1)).containsExactly("one");
    }
}
