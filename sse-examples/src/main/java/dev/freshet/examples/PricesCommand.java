package dev.freshet.examples;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command that serves the table of prices. */
@Command(name = "prices", description = "Serve a table of prices: a shared snapshot, then its changes.")
final class PricesCommand implements Callable<Integer> {

    @Mixin
    private Listen listen = new Listen();

    @Override
    public Integer call() {
        return PriceTable.start(listen.server()).run(listen);
    }
}
