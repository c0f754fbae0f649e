// The API, for what the walk prepares and checks beside the browser.
export class Gate {
  constructor(url) {
    this.url = url;
  }

  async call(method, path, body) {
    const response = await fetch(this.url + path, {
      method, body: body && JSON.stringify(body), headers: body ? { 'Content-Type': 'application/json' } : {},
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  get(path) {
    return this.call('GET', path);
  }

  post(path, body) {
    return this.call('POST', path, body);
  }

  // until asks for a path until what is there satisfies the condition.
  async until(path, condition, timeout = 30_000) {
    const deadline = Date.now() + timeout;
    for (;;) {
      const value = await this.get(path);
      if (condition(value)) return value;
      if (Date.now() > deadline) throw new Error(`GET ${path}: not as expected after ${timeout} ms: ${JSON.stringify(value).slice(0, 2000)}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  // task runs a job, and waits for its success.
  async task(application, description, ...job) {
    const { ref } = await this.post('/tasks', { application, description, job });
    const task = await this.until(ref, (t) => t.endTime);
    if (task.status !== 'SUCCEEDED') throw new Error(`task ${description}: ${JSON.stringify(task)}`);
    return task;
  }
}
