import 'reflect-metadata'
import process from 'node:process'
import { NestFactory } from '@nestjs/core'
import { AppModule } from './app.module.js'

const app = await NestFactory.create(AppModule)
app.enableShutdownHooks()
await app.listen(Number(process.env['PORT'] ?? 3000), process.env['HOST'] ?? '0.0.0.0')
