package dev.freshet.netty;

import dev.freshet.harness.FuzzInput;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetSocketAddress;

/** A fuzz target: whatever a client sends in a forwarding field, the hop that the trusted proxy appends is the client. */
public final class RequestProxiesFuzz {
    private static final InetSocketAddress PROXY = new InetSocketAddress("10.0.0.1", 1);
    private static final String CLIENT = "203.0.113.9";
    private static final String[] APPENDED = {CLIENT, "for=" + CLIENT, "For=\"" + CLIENT + ":4711\";proto=https"};

    private RequestProxiesFuzz() {}

    /** Runs one input. */
    public static void fuzzerTestOneInput(byte[] input) {
        FuzzInput in = new FuzzInput(input);
        int form = in.next(APPENDED.length);
        ProxyHeader header = form == 0 ? ProxyHeader.X_FORWARDED_FOR : ProxyHeader.FORWARDED;
        String name = form == 0 ? "X-Forwarded-For" : "Forwarded";
        boolean isLine = in.next(2) == 0;
        String sent = in.latin1(256);
        HttpHeaders headers = new DefaultHttpHeaders(false);
        headers.add(name, isLine ? sent : sent + "," + APPENDED[form]);
        if (isLine) {
            headers.add(name, APPENDED[form]);
        }
        RequestProxies proxies = new RequestProxies(header, "10.0.0.0/8");
        InetSocketAddress client = (InetSocketAddress) proxies.client(headers, PROXY);
        if (!client.getAddress().getHostAddress().equals(CLIENT)) {
            throw new AssertionError(headers + ": " + client + " (expected: " + CLIENT + ")");
        }
        HttpHeaders alone = new DefaultHttpHeaders(false).add(name, sent);
        proxies.client(alone, PROXY); // of which any may come, and no exception
    }
}
