package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.fixtures.RawSseClient;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** For whom trusted proxies ask. Covers {@link RequestSource}. */
class RequestProxiesTest extends ServerFixture {
    private static String client(ProxyHeader header, String remote, String... values) {
        HttpHeaders headers = new DefaultHttpHeaders();
        for (String value : values) {
            headers.add(header == ProxyHeader.FORWARDED ? "Forwarded" : "X-Forwarded-For", value);
        }
        RequestProxies proxies = new RequestProxies(header, "10.0.0.0/8", "192.0.2.128/25", "fd00::/8", "::1");
        InetSocketAddress client = (InetSocketAddress) proxies.client(headers, new InetSocketAddress(remote, 1));
        return client.getAddress().getHostAddress() + " " + client.getPort();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            203.0.113.7                        | 203.0.113.7 0
            203.0.113.7, 10.9.9.9              | 203.0.113.7 0
            198.51.100.1, 203.0.113.7,10.1.1.1 | 203.0.113.7 0
            203.0.113.7:4711                   | 203.0.113.7 4711
            2001:db8::7                        | 2001:db8:0:0:0:0:0:7 0
            [2001:db8::7]:80                   | 2001:db8:0:0:0:0:0:7 80
            ::ffff:203.0.113.7                 | 203.0.113.7 0
            192.0.2.127                        | 192.0.2.127 0
            198.51.100.1, 192.0.2.128          | 198.51.100.1 0
            10.1.1.1, fd00::1                  | 10.1.1.1 0
            203.0.113.7, unknown               | 10.0.0.1 1
            203.0.113.7, unknown, 10.2.2.2     | 10.2.2.2 0
            203.0.113.7:99999                  | 10.0.0.1 1
            203.0.113.7,                       | 203.0.113.7 0
            localhost                          | 10.0.0.1 1
            ", 203.0.113.7                     | 203.0.113.7 0
            "198.51.100.1, 203.0.113.7         | 203.0.113.7 0
            "198.51.100.1", 203.0.113.7        | 203.0.113.7 0
            \\", 203.0.113.7, 10.1.1.1          | 203.0.113.7 0
            unknown, ", 203.0.113.7, 10.1.1.1  | 203.0.113.7 0
            ", 10.1.1.1                        | 10.1.1.1 0
            """)
    void theLastHopThatIsNoProxyIsTheClient(String value, String client) {
        assertThat(client(ProxyHeader.X_FORWARDED_FOR, "10.0.0.1", value)).isEqualTo(client);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            for=203.0.113.7                                 | 203.0.113.7 0
            For="203.0.113.7:4711";proto=https;by=10.0.0.1  | 203.0.113.7 4711
            proto=http; for="[2001:db8::7]:80", for=10.1.1.1| 2001:db8:0:0:0:0:0:7 80
            for=198.51.100.1, for=203.0.113.7               | 203.0.113.7 0
            for="203.0.113.7:_port"                         | 203.0.113.7 0
            for=198.51.100.1, for=_hidden                   | 10.0.0.1 1
            for=198.51.100.1, proto=http                    | 10.0.0.1 1
            for=198.51.100.1, for="a,b;for=203.0.113.7"     | 10.0.0.1 1
            for="198.51.100.1, for=203.0.113.7              | 203.0.113.7 0
            for=", for=203.0.113.7                          | 203.0.113.7 0
            for=", for="203.0.113.7:4711", for=10.1.1.1     | 203.0.113.7 4711
            for="\\, for="203.0.113.7"                      | 203.0.113.7 0
            for=203.0.113.7;host="a,for=198.51.100.1;b"     | 203.0.113.7 0
            for=203.0.113.7;host="\\",for=198.51.100.1;b=\\""| 203.0.113.7 0
            for=203.0.113.7;host="a;for=198.51.100.1;\\\\"   | 203.0.113.7 0
            """)
    void theStandardsHeaderTellsTheSame(String value, String client) {
        assertThat(client(ProxyHeader.FORWARDED, "10.0.0.1", value)).isEqualTo(client);
    }

    @Test
    void severalFieldsAreOneList() {
        assertThat(client(ProxyHeader.X_FORWARDED_FOR, "::1", "198.51.100.1", "203.0.113.7, 10.1.1.1"))
                .isEqualTo("203.0.113.7 0");
    }

    @Test
    void aQuoteInAFieldOfTheClientDoesNotReachIntoTheFieldOfTheProxy() {
        assertThat(client(ProxyHeader.X_FORWARDED_FOR, "10.0.0.1", "\"", "203.0.113.7"))
                .isEqualTo("203.0.113.7 0");
        assertThat(client(ProxyHeader.FORWARDED, "10.0.0.1", "for=\"", "for=203.0.113.7"))
                .isEqualTo("203.0.113.7 0");
    }

    @Test
    void whoIsNoProxyIsNotBelieved() {
        assertThat(client(ProxyHeader.X_FORWARDED_FOR, "203.0.113.9", "198.51.100.1"))
                .isEqualTo("203.0.113.9 1");
    }

    @Test
    void theHeaderThatTheProxiesDoNotSetIsNotBelieved() throws Exception {
        SseServer server = start(local().trustedProxies(ProxyHeader.X_FORWARDED_FOR, "127.0.0.1")
                .endpoint(
                        "/who",
                        request -> SseReply.refuse(403, request.clientAddress() + " for " + request.header("X"))));
        RawSseClient client = client(server);
        assertThat(body(client, client.get("/who", "X: a", "Forwarded: for=198.51.100.1")))
                .startsWith("/127.0.0.1:");
        assertThat(body(client, client.get("/who", "X: a", "X-Forwarded-For: 198.51.100.1")))
                .isEqualTo("/198.51.100.1:0 for a\n");
    }

    @Test
    void withoutTheOptionNobodyIsBelieved() throws Exception {
        SseServer server = start(local().endpoint(
                        "/who",
                        request -> SseReply.refuse(
                                403, String.valueOf(request.clientAddress().equals(request.remoteAddress())))));
        RawSseClient client = client(server);
        assertThat(body(client, client.get("/who", "X-Forwarded-For: 198.51.100.1")))
                .isEqualTo("true\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::1/129", "10.0.0/8"})
    void whatIsNoBlockOfAddressesIsRefused(String block) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> local().trustedProxies(ProxyHeader.FORWARDED, block))
                .withMessage("trustedProxies: \"" + block + "\" (expected: an address, or a block such as 10.0.0.0/8)");
    }
}
