// The base class of our own transform streams: `TransformStream`, or a stand-in where the runtime has none, so that what
// exports them can be imported. React Native has none, and its bundler loads all of a module.

// oxlint-disable-next-line typescript/no-extraneous-class -- it stands for a class
class NoTransform {
  constructor() {
    throw new TypeError('This needs TransformStream, which this runtime lacks')
  }
}

/** `TransformStream`; where there is none, a class that cannot be constructed. */
export const Transform: typeof TransformStream = Reflect.get(globalThis, 'TransformStream') ?? NoTransform
