package dev.rodingateway.api.response;

import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/** Sends {@link PacedResponse}s. The framework's own writers hold the complete body in memory. */
@Provider
@Produces(MediaType.APPLICATION_JSON)
public final class PacedResponseWriter implements ServerMessageBodyWriter<PacedResponse> {

    @Override
    public boolean isWriteable(
            Class<?> type, Type genericType, ResteasyReactiveResourceInfo target, MediaType mediaType) {
        return type == PacedResponse.class;
    }

    @Override
    public void writeResponse(PacedResponse response, Type genericType, ServerRequestContext context) {
        response.send();
    }

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return type == PacedResponse.class;
    }

    @Override
    public void writeTo(
            PacedResponse response,
            Class<?> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream out) {
        throw new UnsupportedOperationException("a paced response writes itself");
    }
}
