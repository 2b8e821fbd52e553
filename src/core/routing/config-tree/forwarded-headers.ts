/** A header's name; anything else could end a line. */
const headerName = /^[a-z0-9!#$%&'*+.^_`|~-]{1,100}$/;

/** Headers of the connection, of this gateway's own, and those that hold keys or open a cloud's metadata service. */
const kept =
  /^(?:authorization|proxy-.*|cookie.*|set-cookie.*|x-api-key|api-key|x-goog-api-key|x-litellm-.*|x-portkey-.*|x-sluice-.*|host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|content-.*|accept-encoding|forwarded|x-forwarded-.*|x-real-ip|via|metadata.*|x-metadata.*|x-aws-ec2-metadata.*|x-google-metadata.*|x-amz-security-token)$/;

/** Whether a client's header may go to a provider when a tree names it. Names are in small letters. */
export const mayForward = (name: string): boolean => headerName.test(name) && !kept.test(name);
