package dev.rodingateway.api;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;

/** The lines of a logger while this is open, each as its MDC with its {@code message}. */
public final class LoggedRecords extends Handler implements AutoCloseable {

    private final List<Map<String, String>> records = new CopyOnWriteArrayList<>();
    private final Logger logger;

    public LoggedRecords(String logger) {
        this.logger = Logger.getLogger(logger);
        this.logger.addHandler(this);
    }

    public List<Map<String, String>> records() {
        return records;
    }

    @Override
    public void publish(LogRecord line) {
        Map<String, String> fields = ExtLogRecord.wrap(line).getMdcCopy();
        fields.put("message", line.getMessage());
        records.add(fields);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
